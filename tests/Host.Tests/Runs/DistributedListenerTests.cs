using ActorSparse.Host.Progress;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Tests.Runs;

public sealed class DistributedListenerTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly HandClock _clock = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Waiting_for_workers_is_not_part_of_the_rate_of_updates()
    {
        using var folder = RunFolder.Open(_temporary.At("run"));
        var listener = new DistributedListener(TestJob.Create() with { Clock = _clock }, new(folder, new SilentDisplay(), 4), firstUpdates: 10);
        void Status(double seconds, RunPhase phase, int workers, long updates)
        {
            _clock.Seconds = seconds;
            listener.OnStatus(At(phase, workers, updates));
        }
        Assert.Equal(0, listener.Facts(At(RunPhase.WaitingForWorkers, 0, 10)).UpdatesPerSecond);
        Status(50, RunPhase.WaitingForWorkers, 0, 10);
        _clock.Seconds = 100;
        listener.OnEvent(RunEvent.PhaseBegan, "phase one");
        Status(102, RunPhase.PhaseOne, 1, 30);
        Status(103, RunPhase.PhaseOne, 0, 40); // it is gone
        Status(500, RunPhase.PhaseOne, 1, 40);
        Status(502, RunPhase.PhaseOne, 1, 60);
        Assert.Equal(50 / 5.0, listener.Facts(At(RunPhase.PhaseOne, 1, 60)).UpdatesPerSecond, 1e-9);
    }

    private static RunStatus At(RunPhase phase, int workers, long updates) => new()
    {
        Phase = phase, Epoch = 0, BatchesDone = 1, Loss = 1, Samples = 8, BatchesPerEpoch = 10, ModelVersion = updates, Updates = updates,
        StalenessMean = 0, StalenessMax = 0, Refused = 0, WorkersAlive = workers, WorkersLost = 0, Connections = [10],
    };

    private sealed class HandClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
