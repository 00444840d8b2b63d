using ActorSparse.Model.Coordination;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class RunProgressTests
{
    private readonly RunProgress _progress = new();

    [Fact]
    public void Before_the_first_news_the_run_has_not_begun()
    {
        Assert.Equal(["the run has not begun"], _progress.Describe(1, 2, 3, 4));
        Assert.False(_progress.IsOver);
    }

    [Fact]
    public void A_series_of_recoveries_says_how_far_it_is()
    {
        var traffic = new LinkTraffic(TimeProvider.System);
        traffic.Sent(600);
        traffic.Received(400);
        _progress.HearRecovery(2, 57, 1, traffic);
        Assert.Equal(
            ["recovery 2, question 57", "3 workers now, 1 lost so far; 4 nodes rejected", "600 bytes sent, 400 received", "5 messages refused, 6 losses repaired"],
            _progress.Describe(3, 4, 5, 6));
        Assert.False(_progress.IsOver);
    }

    [Fact]
    public void Bytes_are_told_for_each_update_since_the_first_news()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin();
        var status = run.Run.Status() with { Connections = [40, 60] };
        _progress.Hear(status with { Updates = 100 });
        _progress.Hear(status with { Updates = 110, ModelVersion = 108, BytesSent = 600, BytesReceived = 400, WorkersLost = 5 });
        Assert.Equal(
            [
                "phase PhaseOne, epoch 1, batch 0 of 10",
                "version 108, 110 updates, staleness 0.00, at most 0",
                "2 workers now, 5 lost so far; 3 nodes rejected",
                "100 bytes an update both ways, 1.00 for each of 100 connections",
                "600 bytes sent, 400 received",
                "7 messages refused, 8 losses repaired",
            ],
            _progress.Describe(2, 3, 7, 8));
    }

    [Fact]
    public void No_bytes_are_told_for_updates_that_there_were_not()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin();
        _progress.Hear(run.Run.Status() with { BytesSent = 600 });
        Assert.DoesNotContain(_progress.Describe(2, 3, 7, 8), line => line.Contains("an update", StringComparison.Ordinal));
    }

    [Fact]
    public void After_its_last_epoch_a_run_is_in_no_other()
    {
        using var run = new PlayedRun(TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5)).Begin();
        run.PlayUntil(() => run.Run.Phase == RunPhase.Averaging);
        _progress.Hear(run.Run.Status());
        Assert.Equal("phase Averaging, after epoch 3", _progress.Describe(2, 3, 7, 8).First());
        run.PlayUntil();
        _progress.Hear(run.Run.Status());
        Assert.Equal("phase Finished, after epoch 4", _progress.Describe(2, 3, 7, 8).First());
    }

    [Fact]
    public void It_is_over_with_the_run()
    {
        using var run = new PlayedRun(TestJob.Create()).Begin();
        _progress.Hear(run.Run.Status());
        Assert.False(_progress.IsOver);
        run.Run.Fail("x");
        _progress.Hear(run.Run.Status());
        Assert.True(_progress.IsOver);
    }
}
