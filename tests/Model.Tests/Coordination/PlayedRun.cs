using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>A run with everybody around it played: workers, the topology actor, the evaluator and whoever reports, on one thread.</summary>
internal sealed class PlayedRun : IDisposable
{
    private readonly EvolutionCalendar _calendar;
    private readonly PlayedWork _work;

    public PlayedRun(TrainingJob job, RunState? state = null, bool isMeasured = true, int notFiniteMax = 3)
    {
        Job = job;
        _calendar = new(job);
        _work = new(job);
        Roster = new(job.Run.Workers);
        Run = new(
            job, state ?? TestJob.Begin(job), new(TopologyHistory: 8, notFiniteMax, isMeasured), Roster,
            (kind, text) => Events.Add((kind, text)));
    }

    public TrainingJob Job { get; }

    public TrainingRun Run { get; }

    public Roster<string> Roster { get; }

    public List<(RunEvent Kind, string Text)> Events { get; } = [];

    /// <summary>The epochs that were reported.</summary>
    public List<EpochMetrics> Epochs { get; } = [];

    /// <summary>Training begins, and the topology actor says what comes next.</summary>
    public PlayedRun Begin()
    {
        Run.Begin();
        Run.Advance();
        Learn();
        return this;
    }

    /// <summary>The topology actor says what comes next, if it is asked.</summary>
    public bool Learn()
    {
        if (!Run.Schedule.TryAsk()) return false;
        Run.Schedule.Learn(_calendar.Next(Run.Schedule.Next.Epoch, Run.Schedule.Next.Update));
        Run.Advance();
        return true;
    }

    /// <summary>The topology actor computes what changes after an epoch, if that is due.</summary>
    public bool Evolve()
    {
        if (!Run.TryBeginEvolution(out var epoch, out var snapshot)) return false;
        using (snapshot) Evolve(epoch, snapshot.Network);
        return true;
    }

    public void Evolve(int epoch, Network network)
    {
        var next = _calendar.Next(epoch + 1, Run.Schedule.Next.Update);
        Run.Evolve(EpochEvolution.Of(network, Job.Training, Job.Random, epoch), 0.5, next);
        Run.Advance();
    }

    /// <summary>The evaluator measures what it is asked to.</summary>
    public bool Measure()
    {
        if (Run.Journal.TryBeginEvaluation(out var id, out var epoch, out var network))
        {
            using (network)
            {
                var evaluation = _work.Evaluate(network.Network);
                Assert.True(Run.TakeEvaluation(id, epoch, evaluation.Score, evaluation.MeanLoss, 0.125));
            }
        }
        else if (Run.Replicas.ToMeasure is { } replica)
        {
            Assert.True(Run.TakeLoss(Run.Replicas.MeasurementId = Run.Journal.TakeEvaluationId(), _work.LossOf(replica.Network)));
        }
        else
        {
            return false;
        }
        Run.Advance();
        return true;
    }

    /// <summary>Takes the next report and lets its state go, which is in <paramref name="keep"/>'s hands instead if there is one.</summary>
    public bool Report(Action<RunState>? keep = null)
    {
        if (!Run.TryTakeReport(out var metrics, out var state, out _)) return false;
        if (metrics is not null) Epochs.Add(metrics);
        if (keep is null) state.Dispose();
        else keep(state);
        return true;
    }

    /// <summary>All but the workers do what they are asked to.</summary>
    public void Help()
    {
        while (Learn() || Evolve() || Measure() || Report())
        {
        }
    }

    /// <summary>A worker computes a batch, or trains a replica for an epoch, if there is one for it.</summary>
    public bool Work(string worker = "a", int shard = 0)
    {
        if (TryAssign(worker, out var order, shard)) Assert.Equal(RefusalReason.None, Run.Take(worker, order()));
        else if (Run.TryAssign(worker, shard, out ReplicaOrder replica))
            Assert.Equal(RefusalReason.None, Run.Take(worker, _work.Answer(replica, Run.Watch.RateScale)));
        else return false;
        Run.Advance();
        return true;
    }

    /// <summary>A batch for a worker, and what it makes of it when it comes to it.</summary>
    public bool TryAssign(string worker, out Func<BatchAnswer> answer, int shard = 0)
    {
        var version = Run.Server.ModelVersion;
        var isThere = Run.TryAssign(worker, shard, out BatchOrder order);
        answer = () => _work.Answer(order, version, worker);
        return isThere;
    }

    public ReplicaAnswer Answer(ReplicaOrder order) => _work.Answer(order, Run.Watch.RateScale);

    /// <summary>So many batches, while nobody else does anything.</summary>
    public PlayedRun Train(int batches)
    {
        for (var batch = 0; batch < batches; batch++) Assert.True(Work());
        return this;
    }

    /// <summary>Everybody does what there is to do until <paramref name="condition"/> holds, or else to the end.</summary>
    public PlayedRun PlayUntil(Func<bool>? condition = null)
    {
        while (condition?.Invoke() != true)
        {
            Help();
            if (Run.IsConcluded) return this;
            if (condition?.Invoke() == true) break;
            var hasWorked = false;
            for (var shard = 0; shard < Job.Run.Workers; shard++) hasWorked |= Work($"worker-{shard}", shard);
            Assert.True(hasWorked, $"nobody has anything to do in phase {Run.Phase}");
        }
        return this;
    }

    public void Dispose()
    {
        _work.Dispose();
        Run.Dispose();
    }
}
