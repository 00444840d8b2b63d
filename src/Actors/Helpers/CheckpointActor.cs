using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// Writes checkpoints, while training goes on, and reads the last one back. A full disk is reported and training goes on; anything else
/// ends the actor.
/// </summary>
internal sealed class CheckpointActor : ReceiveActor
{
    private readonly ICheckpointSink _sink;
    private readonly Func<EpochMetrics, EpochMetrics>? _complete;

    /// <summary>Creates the actor; see <see cref="Props"/>.</summary>
    public CheckpointActor(ICheckpointSink sink, Func<EpochMetrics, EpochMetrics>? complete)
    {
        ArgumentNullException.ThrowIfNull(sink);
        (_sink, _complete) = (sink, complete);
        Receive<Checkpoints.Write>(OnWrite);
        Receive<Checkpoints.ReadLast>(OnReadLast);
    }

    /// <summary>How to make a checkpoint writer.</summary>
    /// <param name="sink">Where checkpoints go.</param>
    /// <param name="complete">Adds to what an epoch did what the coordinator cannot know; null if there is no such thing.</param>
    public static Props Props(ICheckpointSink sink, Func<EpochMetrics, EpochMetrics>? complete = null) =>
        Akka.Actor.Props.Create(() => new CheckpointActor(sink, complete)).WithDispatcher(ProtocolSettings.HelperDispatcher);

    private void OnReadLast(Checkpoints.ReadLast read)
    {
        try
        {
            var state = _sink.ReadLast();
            Sender.Tell(new Checkpoints.LastRead(read.RunId, state is null ? null : new(state), null));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            Sender.Tell(new Checkpoints.LastRead(read.RunId, null, exception.Message));
        }
    }

    private void OnWrite(Checkpoints.Write write)
    {
        // A request that comes twice was answered the first time.
        if (!write.State.TryTake(out var state)) return;
        string? error = null;
        using (state)
        {
            try
            {
                var metrics = write.Metrics is { } epoch && _complete is not null ? _complete(epoch) : write.Metrics;
                _sink.Write(state, metrics, write.IsBest);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidInputException)
            {
                error = $"checkpoint {write.CheckpointId} was not written: {exception.Message}";
            }
        }
        Sender.Tell(new Checkpoints.Written(write.RunId, write.CheckpointId, error));
    }
}
