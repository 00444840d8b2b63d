using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// Computes what evolution and importance pruning do to a snapshot, while training goes on. It holds nothing between requests: a fresh one
/// that gets the same snapshot computes the same.
/// </summary>
public sealed class TopologyActor : ReceiveActor
{
    private readonly TrainingJob _job;
    private readonly RandomSource _random;

    /// <summary>Creates the actor; see <see cref="Props"/>.</summary>
    public TopologyActor(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _job = job;
        _random = job.Random;
        Receive<TopologyEvolution.Evolve>(OnEvolve);
    }

    /// <summary>How to make a topology actor.</summary>
    public static Props Props(TrainingJob job) =>
        Akka.Actor.Props.Create(() => new TopologyActor(job)).WithDispatcher(ProtocolSettings.HelperDispatcher);

    private void OnEvolve(TopologyEvolution.Evolve evolve)
    {
        // A request that comes twice was answered the first time.
        if (!evolve.Snapshot.TryTake(out var snapshot)) return;
        using (snapshot)
        {
            var started = _job.Clock.GetTimestamp();
            var evolution = EpochEvolution.Run(snapshot.Replica, _job.Training, _random, evolve.Epoch);
            var seconds = _job.Clock.GetElapsedTime(started).TotalSeconds;
            Sender.Tell(new TopologyEvolution.Evolved(
                evolve.RunId, evolve.EvolutionId, evolve.Epoch, evolve.ModelVersion, seconds, new Lease<EpochEvolution>(evolution)));
        }
    }
}
