using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>
/// What must hold after every step of a run, in books of its own: which batches counted, and with which topology every connection was born.
/// </summary>
internal sealed class InvariantChecker(TrainingJob job) : IRunProbe
{
    private readonly HashSet<(int Epoch, int Shard, int Batch)> _accepted = [];
    private readonly HashSet<(string Worker, long Incarnation)> _largeFrom = [];
    private readonly List<Dictionary<ulong, int>> _ages = [];
    private readonly List<int[]> _births = [];
    private readonly List<ulong> _present = [];
    private readonly bool _isGlobal = job.Training.Rule is GuidedRule { Options.Budget: ConnectionBudget.Global };
    private TrainingRun? _run;
    private RunningAverageChecker? _averages;
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

    public void OnCreated(TrainingRun run)
    {
        _run = run;
        _averages = new(run);
        _firstGuidedUpdate = run.Schedule.Next.Update;
        _lastEvolvedUpdate = _firstGuidedUpdate - 1;
        _firstVersion = run.Server.ModelVersion;
        _firstEpoch = run.Batches.Ledger.CurrentEpoch;
        _firstRound = run.Replicas.RoundsDone;
        _counts = Counts(run.Server.Network);
        foreach (var layer in run.Server.Network.Parameters.Sparse)
        {
            _ages.Add(new() { [layer.Topology.Id] = 0 });
            _present.Add(layer.Topology.Id);
            _births.Add(new int[layer.Topology.ConnectionCount]);
        }
    }

    public void OnAccepting(Assignment assignment, IReadOnlyList<ulong> topologyIds, GradientSet admitted)
    {
        for (var offset = 0; offset < assignment.Count; offset++)
            Assert.True(_accepted.Add((assignment.Epoch, assignment.Shard, assignment.Batch + offset)), $"{assignment} counts twice");
        for (var layer = 0; layer < topologyIds.Count; layer++)
        {
            var age = _ages[layer][topologyIds[layer]];
            var births = _births[layer];
            Assert.Equal(births.Length, (int)admitted.Sparse[layer].Length);
            for (var position = 0; position < births.Length; position++)
                Assert.True(births[position] <= age
                    || admitted.Sparse[layer][position] == 0, $"layer {layer}: a gradient of before reaches a new connection");
        }
        _averages!.OnAccepting(admitted);
    }

    public unsafe void OnEvolving(EpochEvolution evolution, int? epoch, long? update)
    {
        if (epoch is not null) Assert.True(epoch < EpochsOver(_run!), $"epoch {epoch} evolves before it is over");
        if (update is { } number) CheckUpdate(number);
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

    private void CheckUpdate(long update)
    {
        Assert.True(update > _lastEvolvedUpdate, $"the evolution of update {update} after that of update {_lastEvolvedUpdate}");
        Assert.True(update <= _run!.Server.ModelVersion, $"the evolution of update {update} before it");
        if (IsInSteps) Assert.Equal(_run.Server.ModelVersion, update);
        _lastEvolvedUpdate = update;
        GuidedCount++;
    }

    private int EpochsOver(TrainingRun run) =>
        run.Replicas.RoundsDone == 0 ? run.Batches.Ledger.CurrentEpoch : job.Plan.FirstEpoch(run.Replicas.RoundsDone);

    private bool IsInSteps => _run!.Batches is WsspTraining;

    /// <summary>After every step.</summary>
    public void Check()
    {
        if (_run is not { } run) return;
        var (ledger, server, roundsDone) = (run.Batches.Ledger, run.Server, run.Replicas.RoundsDone);
        var handOutsMax = run.Roster.Count * (job.Run.LocalSteps > 1 ? 2 : 1);
        Assert.True(ledger.InFlightCount <= handOutsMax, $"{ledger.InFlightCount} hand-outs with {run.Roster.Count} workers");
        if (run.Phase == RunPhase.PhaseTwo)
            Assert.True(run.EvolvedEpochs == EpochsOver(run), "a round began before the evolution after the round before");
        CheckReplicas(run);
        _averages!.Check();
        Assert.True(run.EvolvedEpochs >= ledger.CurrentEpoch - 2, "batches are handed out two epochs ahead of the evolution");
        // Three, and what may have been in flight when it came to that: batches of two epochs.
        Assert.True(run.Journal.Count <= Journal.EpochsMax + 2, $"{run.Journal.Count} epochs are not written");
        var counts = Counts(server.Network);
        Assert.True(_isGlobal ? _counts.Sum() == counts.Sum() : _counts.SequenceEqual(counts), "the number of connections changed");
        if (!IsInSteps)
            Assert.Equal(_firstVersion + _accepted.Count - ledger.Answered.Count + roundsDone - _firstRound, server.ModelVersion);
    }

    // Replicas of a shared topology have that of the network that their round began with, which is the one of the checker's own books.
    private void CheckReplicas(TrainingRun run)
    {
        if (!job.Plan.IsTopologyShared) return;
        Assert.True(Ids(run.Server.Network).SequenceEqual(_present), "the coordinator's network has another topology");
        foreach (var replica in run.Replicas.Replicas)
            Assert.True(replica is null || Ids(replica.Network).SequenceEqual(_present), "a replica has a topology of its own");
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
        var ledger = _run!.Batches.Ledger;
        Assert.True(ledger.IsFinished);
        Assert.Equal(0, ledger.InFlightCount);
        Assert.Equal(job.Plan.Rounds, _run.Replicas.RoundsDone);
        // Nothing evolves after the last round, so that whether it was to need not be known.
        Assert.InRange(_run.EvolvedEpochs, job.Plan.FirstEpoch(Math.Max(0, job.Plan.Rounds - 1)), job.Training.Epochs);
        // A run from its beginning; one that was continued has done the rest before.
        if (_firstVersion == 0 && _firstEpoch == 0) Assert.Equal(job.Plan.PhaseOneEpochs * job.BatchesPerShard().Sum(), _accepted.Count);
        CheckGuidedCount();
    }

    // Step by step every evolution due is done; else those are not that no batch was left for.
    private void CheckGuidedCount()
    {
        var updates = job.UpdatesPerEpoch();
        var due = Enumerable.Range(0, job.Plan.PhaseOneEpochs * updates)
            .Count(update => update >= _firstGuidedUpdate && job.Training.Rule.IsDue(update, (long)updates * job.Training.Epochs));
        if (IsInSteps) Assert.Equal(due, GuidedCount);
        else Assert.InRange(GuidedCount, 0, due);
    }

    private static IEnumerable<ulong> Ids(Network network) => network.Parameters.Sparse.Select(layer => layer.Topology.Id);

    private static int[] Counts(Network network) => [.. network.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount)];
}
