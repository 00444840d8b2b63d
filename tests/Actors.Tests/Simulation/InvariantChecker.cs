using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>
/// What must hold after every step of a run, in books of its own: which batches counted, and with which topology every connection was born.
/// </summary>
internal sealed class InvariantChecker(TrainingJob job) : ICoordinatorProbe
{
    private readonly HashSet<(int Epoch, int Shard, int Batch)> _accepted = [];
    private readonly HashSet<(string Worker, long Incarnation)> _largeFrom = [];
    private readonly List<Dictionary<ulong, int>> _ages = [];
    private readonly List<int[]> _births = [];
    private readonly List<ulong> _present = [];
    private readonly bool _isGlobal = job.Training.Rule is GuidedRule { Options.Budget: ConnectionBudget.Global };
    private CoordinatorActor? _coordinator;
    private int[] _counts = [];
    private long _firstVersion;
    private int _firstEpoch;
    private int _firstRound;
    private long _firstGuidedUpdate;
    private long _lastEvolvedUpdate;

    /// <summary>Evolutions by gradients that were applied.</summary>
    public int GuidedCount { get; private set; }

    /// <summary>Batches that counted.</summary>
    public int AcceptedCount => _accepted.Count;

    public void OnCreated(CoordinatorActor coordinator)
    {
        _coordinator = coordinator;
        _firstGuidedUpdate = coordinator.Guided?.EvolvedUpdates ?? 0;
        _lastEvolvedUpdate = _firstGuidedUpdate - 1;
        _firstVersion = coordinator.Server.ModelVersion;
        _firstEpoch = coordinator.Ledger.CurrentEpoch;
        _firstRound = coordinator.RoundsDone;
        _counts = Counts(coordinator.Server.Network);
        foreach (var layer in coordinator.Server.Network.Layers)
        {
            _ages.Add(new() { [layer.Topology.Id] = 0 });
            _present.Add(layer.Topology.Id);
            _births.Add(new int[layer.Topology.ConnectionCount]);
        }
    }

    public void OnAccepting(Assignment assignment, IReadOnlyList<ulong> topologyIds, Gradients admitted)
    {
        Assert.True(_accepted.Add((assignment.Epoch, assignment.Shard, assignment.Batch)), $"{assignment} counts twice");
        for (var layer = 0; layer < topologyIds.Count; layer++)
        {
            var age = _ages[layer][topologyIds[layer]];
            var births = _births[layer];
            Assert.Equal(births.Length, (int)admitted.Values[layer].Length);
            for (var position = 0; position < births.Length; position++)
                Assert.True(births[position] <= age
                    || admitted.Values[layer][position] == 0, $"layer {layer}: a gradient of before reaches a new connection");
        }
    }

    public unsafe void OnEvolving(EpochEvolution evolution)
    {
        foreach (var step in evolution.Steps)
            for (var layer = 0; layer < step.Count; layer++)
            {
                if (step[layer] is not { } change) continue;
                Assert.True(change.FromId == _present[layer], $"layer {layer}: changes of another topology than the present one");
                _present[layer] = change.To.Id;
                var age = _ages[layer].Count;
                _ages[layer].Add(change.To.Id, age);
                var (before, births) = (_births[layer], new int[change.To.ConnectionCount]);
                for (var position = 0; position < births.Length; position++)
                    births[position] = change.Sources[position] is var source && source >= 0 ? before[source] : age;
                _births[layer] = births;
            }
    }

    public void OnGuided(long update)
    {
        Assert.True(update > _lastEvolvedUpdate, $"the evolution of update {update} after that of update {_lastEvolvedUpdate}");
        Assert.True(update <= _coordinator!.Server.ModelVersion, $"the evolution of update {update} before it");
        if (_coordinator.Mode == TrainingMode.Wssp) Assert.Equal(_coordinator.Server.ModelVersion, update);
        _lastEvolvedUpdate = update;
        GuidedCount++;
    }

    /// <summary>After every step.</summary>
    public void Check()
    {
        if (_coordinator is not { } coordinator) return;
        var (ledger, server) = (coordinator.Ledger, coordinator.Server);
        Assert.True(ledger.InFlightCount <= coordinator.WorkerCount,
            $"{ledger.InFlightCount} batches with {coordinator.WorkerCount} workers");
        var over = coordinator.RoundsDone == 0 ? ledger.CurrentEpoch : job.Plan.FirstEpoch(coordinator.RoundsDone);
        Assert.True(coordinator.EvolvedEpochs <= over, "an epoch evolved before it was over");
        if (coordinator.Phase == RunPhase.PhaseTwo)
            Assert.True(coordinator.EvolvedEpochs == over, "a round began before the evolution after the round before");
        CheckReplicas(coordinator);
        Assert.True(coordinator.EvolvedEpochs >= ledger.CurrentEpoch - 2, "batches are handed out two epochs ahead of the evolution");
        // Three, and what may have been in flight when it came to that: batches of two epochs.
        Assert.True(coordinator.UnreportedEpochs <= 3 + 2, $"{coordinator.UnreportedEpochs} epochs are not written");
        var counts = Counts(server.Network);
        Assert.True(_isGlobal ? _counts.Sum() == counts.Sum() : _counts.SequenceEqual(counts), "the number of connections changed");
        if (coordinator.Mode == TrainingMode.Wasap)
            Assert.Equal(
                _firstVersion + _accepted.Count - ledger.Answered.Count + coordinator.RoundsDone - _firstRound, server.ModelVersion);
    }

    // Replicas of a shared topology have that of the network that their round began with, which is the one of the checker's own books.
    private void CheckReplicas(CoordinatorActor coordinator)
    {
        if (!job.Plan.IsTopologyShared) return;
        Assert.True(Ids(coordinator.Server.Network).SequenceEqual(_present), "the coordinator's network has another topology");
        foreach (var replica in coordinator.Replicas)
            Assert.True(replica is null || Ids(replica).SequenceEqual(_present), "a replica has a topology of its own");
    }

    /// <summary>After every step, where messages keep their order: at most one with a gradient or replica of every life of a worker waits
    /// for the coordinator.</summary>
    public void CheckMail(IEnumerable<SimulatedMessage> onTheirWay)
    {
        _largeFrom.Clear();
        foreach (var message in onTheirWay)
            if (message.Message is IWorkRequest { Work: not null } request)
                Assert.True(_largeFrom.Add((request.Worker, request.Incarnation)),
                    $"{request.Worker}, incarnation {request.Incarnation}: two gradients or replicas are on their way");
    }

    /// <summary>After the last.</summary>
    public void CheckEnd()
    {
        var ledger = _coordinator!.Ledger;
        Assert.True(ledger.IsFinished);
        Assert.Equal(0, ledger.InFlightCount);
        Assert.Equal(job.Plan.Rounds, _coordinator.RoundsDone);
        // No evolution follows the last round.
        Assert.Equal(job.Plan.FirstEpoch(Math.Max(0, job.Plan.Rounds - 1)), _coordinator.EvolvedEpochs);
        // A run from its beginning; one that was continued has done the rest before.
        if (_firstVersion == 0 && _firstEpoch == 0) Assert.Equal(job.Plan.PhaseOneEpochs * job.BatchesPerShard().Sum(), _accepted.Count);
        CheckGuidedCount();
    }

    // Every evolution due is done, but those that came too late for any update after them.
    private void CheckGuidedCount()
    {
        var updates = job.UpdatesPerEpoch();
        var due = Enumerable.Range(0, job.Plan.PhaseOneEpochs * updates)
            .Count(update => update >= _firstGuidedUpdate && job.Training.Rule.IsDue(update, (long)updates * job.Training.Epochs));
        if (job.Plan.Rounds > 0 || job.Run.Workers == 1 || job.Run.Mode == TrainingMode.Wssp) Assert.Equal(due, GuidedCount);
        else Assert.InRange(GuidedCount, 0, due);
    }

    private static IEnumerable<ulong> Ids(Network network) => network.Layers.Select(layer => layer.Topology.Id);

    private static int[] Counts(Network network) => [.. network.Layers.Select(layer => layer.Topology.ConnectionCount)];
}
