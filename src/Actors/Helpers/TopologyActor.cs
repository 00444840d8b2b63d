using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// Schedules pruning and growth: it has the rule and the calendar, says when topologies evolve next, and computes what changes after an epoch
/// from a snapshot, while training goes on. Under guided rules the worker whose batch is due makes the changes, where gradients are. A fresh
/// one that is told where training stands goes on as the one before.
/// </summary>
internal sealed class TopologyActor : ReceiveActor
{
    private readonly TrainingJob _job;
    private readonly RandomSource _random;
    private readonly EvolutionCalendar _calendar;
    private NextEvolution? _due;

    /// <summary>Creates the actor; see <see cref="Props"/>.</summary>
    public TopologyActor(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _job = job;
        _random = job.Random;
        _calendar = new(job);
        Receive<TopologyEvolution.Standing>(OnStanding);
        Receive<TopologyEvolution.Evolve>(OnEvolve);
    }

    /// <summary>How to make a topology actor.</summary>
    public static Props Props(TrainingJob job) =>
        Akka.Actor.Props.Create(() => new TopologyActor(job)).WithDispatcher(ProtocolSettings.TopologyDispatcher);

    private void OnStanding(TopologyEvolution.Standing standing)
    {
        var due = _calendar.Next(standing.EvolvedEpochs, standing.EvolvedUpdates);
        _due = due;
        Sender.Tell(new TopologyEvolution.Next(standing.RunId, standing.RequestId, due));
    }

    private void OnEvolve(TopologyEvolution.Evolve evolve)
    {
        // A request that comes twice was answered the first time.
        if (!evolve.Snapshot.TryTake(out var snapshot)) return;
        using (snapshot)
        {
            // Silence would be waited for without end; a successor is told anew where training stands.
            if (_due is not { } due || due.Epoch != evolve.Epoch)
                throw new InvalidOperationException($"nothing is due after epoch {evolve.Epoch + 1}");
            var started = _job.Clock.GetTimestamp();
            var evolution = EpochEvolution.Of(snapshot.Network, _job.Training, _random, evolve.Epoch);
            var next = _calendar.Next(evolve.Epoch + 1, due.Update);
            _due = next;
            Sender.Tell(new TopologyEvolution.Evolved(
                evolve.RunId, evolve.RequestId, _job.Clock.GetElapsedTime(started).TotalSeconds, new(evolution), next));
        }
    }
}
