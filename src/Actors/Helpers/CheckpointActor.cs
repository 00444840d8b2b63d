using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// Writes checkpoints, while training goes on, and reads the last one back. A full disk is reported and training goes on; anything else ends the actor.
/// </summary>
public sealed class CheckpointActor : ReceiveActor
{
    private readonly ICheckpointSink _sink;

    /// <summary>Creates the actor; see <see cref="Props"/>.</summary>
    public CheckpointActor(ICheckpointSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
        Receive<Checkpoints.Write>(OnWrite);
        Receive<Checkpoints.ReadLast>(OnReadLast);
    }

    /// <summary>How to make a checkpoint writer.</summary>
    public static Props Props(ICheckpointSink sink) =>
        Akka.Actor.Props.Create(() => new CheckpointActor(sink)).WithDispatcher(ProtocolSettings.HelperDispatcher);

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
                _sink.Write(state, write.Metrics, write.IsBest);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidInputException)
            {
                error = $"checkpoint {write.CheckpointId} was not written: {exception.Message}";
            }
        }
        Sender.Tell(new Checkpoints.Written(write.RunId, write.CheckpointId, error));
    }
}
