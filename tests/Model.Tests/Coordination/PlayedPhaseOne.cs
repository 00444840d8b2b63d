using ActorSparse.Model.Coordination;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>Phase one alone, with all that it works on.</summary>
internal sealed class PlayedPhaseOne : IDisposable
{
    private readonly EvolutionCalendar _calendar;
    private readonly Dictionary<long, long> _versions = [];

    public PlayedPhaseOne(TrainingJob job, int history = 8)
    {
        var state = TestJob.Begin(job);
        Job = job;
        Server = new(state.Network, job, history, 0, job.UpdatesPerEpoch());
        Books = new(state, job.Clock);
        Training = GradientTraining.Create(job, state, Server, Schedule, Books, Roster, null);
        Work = new(job);
        _calendar = new(job);
        Learn();
    }

    public TrainingJob Job { get; }

    public ParameterServer Server { get; }

    public EvolutionSchedule Schedule { get; } = new(0, 0);

    public EpochBooks Books { get; }

    public Roster<string> Roster { get; } = new(1);

    public GradientTraining Training { get; }

    public PlayedWork Work { get; }

    /// <summary>The topology actor says what comes next.</summary>
    public void Learn() => Learn(_calendar.Next(Schedule.Next.Epoch, Schedule.Next.Update));

    public void Learn(NextEvolution next)
    {
        Schedule.Learn(next);
        Training.AllowEpochs();
    }

    public bool TryAssign(string worker, out BatchOrder order, int homeShard = 0)
    {
        if (!Training.TryAssign(worker, homeShard, out order)) return false;
        _versions.Add(order.Assignment.Ticket, Server.ModelVersion);
        return true;
    }

    public BatchOrder Assign(string worker, int homeShard = 0)
    {
        Assert.True(TryAssign(worker, out var order, homeShard));
        return order;
    }

    /// <summary>What a worker makes of a batch.</summary>
    public BatchAnswer Answer(BatchOrder order) => Work.Answer(order, _versions[order.Assignment.Ticket]);

    public RefusalReason Take(string worker, BatchAnswer answer) => Training.Take(worker, answer, out _, out _);

    /// <summary>A worker computes what it was given and hands it in.</summary>
    public void Finish(string worker, BatchOrder order) => Assert.Equal(RefusalReason.None, Take(worker, Answer(order)));

    /// <summary>A worker does so many batches, one after the other.</summary>
    public void Train(int batches, string worker = "a")
    {
        for (var batch = 0; batch < batches; batch++) Finish(worker, Assign(worker));
    }

    /// <summary>Asserts that the batch is open and its set back, and that nothing else came of an answer that was refused.</summary>
    public void AssertRefused(RefusalReason expected, string worker, BatchAnswer answer)
    {
        using var before = Server.Network.Clone();
        var (version, done, free) = (Server.ModelVersion, Training.Ledger.DoneInCurrentEpoch, Training.Pool.Count);
        var tally = Books.TallyOf(Training.Ledger.CurrentEpoch);
        Assert.Equal(expected, Training.Take(worker, answer, out _, out var detail));
        Assert.NotEqual("", detail);
        Assert.DoesNotContain('\n', detail);
        Tests.Training.TestData.AssertSameParameters(before, Server.Network);
        Assert.Equal((version, done, free + 1), (Server.ModelVersion, Training.Ledger.DoneInCurrentEpoch, Training.Pool.Count));
        Assert.Equal(tally, Books.TallyOf(Training.Ledger.CurrentEpoch));
        Assert.False(Training.Ledger.TryGetInFlight(worker, answer.Ticket, out _));
        // A set that was given back is not the worker's to free, an evolution that does not count is gone.
        foreach (var change in answer.Evolution?.Changes ?? [])
            if (change is not null) Assert.Throws<ObjectDisposedException>(() => change.GrownValues.Span.Length);
    }

    public void Dispose()
    {
        Work.Dispose();
        Training.Dispose();
        Server.Dispose();
    }
}
