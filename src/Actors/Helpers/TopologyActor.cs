using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
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
        Receive<GuidedGrowth.Draw>(OnDraw);
        Receive<GuidedGrowth.Select>(OnSelect);
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
            Sender.Tell(new TopologyEvolution.Evolved(
                evolve.RunId, evolve.EvolutionId, evolve.Epoch, evolve.ModelVersion, SecondsSince(started), new(evolution)));
        }
    }

    private void OnDraw(GuidedGrowth.Draw draw)
    {
        if (!draw.Snapshot.TryTake(out var snapshot)) return;
        using (snapshot)
        {
            var started = _job.Clock.GetTimestamp();
            var candidates = Rule.Draw(_job.Snapshot(snapshot.Replica, draw.Update), draw.Sums);
            Sender.Tell(new GuidedGrowth.Drawn(draw.RunId, draw.EvolutionId, SecondsSince(started), new(candidates)));
        }
    }

    private void OnSelect(GuidedGrowth.Select select)
    {
        if (!select.Snapshot.TryTake(out var snapshot)) return;
        using (snapshot)
        {
            if (!select.Candidates.TryTake(out var candidates)) return;
            using (candidates)
            {
                var started = _job.Clock.GetTimestamp();
                var evolution = Rule.Select(_job.Snapshot(snapshot.Replica, select.Update), candidates);
                var changes = new EpochEvolution([evolution.Changes], livingNeurons: null);
                Sender.Tell(new GuidedGrowth.Selected(select.RunId, select.EvolutionId, SecondsSince(started), new(changes)));
            }
        }
    }

    private GuidedRule Rule => (GuidedRule)_job.Training.Rule;

    private double SecondsSince(long started) => _job.Clock.GetElapsedTime(started).TotalSeconds;
}
