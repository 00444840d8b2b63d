using ActorSparse.Model.Coordination;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class RunCheckpointTests
{
    [Fact]
    public void A_round_s_accounts_come_back_as_they_were()
    {
        var job = TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5, rounds: 1);
        using var state = TestJob.Begin(job) with
        {
            Phase = RunPhase.PhaseTwo,
            EvolvedEpochs = 2,
            RoundEpochsDone = [2, 1],
            ReplicaTallies = [new(3, 4.5, 24, 20), new(3, 6.25, 24, 19)],
            Replicas = [TestJob.Filled(1), TestJob.Filled(2)],
        };
        var checkpoint = RunCheckpoint.Of(state, new() { Network = state.Network });
        var read = RunCheckpoint.Read(checkpoint, "c");
        Assert.Equal(state.ReplicaTallies, read.ReplicaTallies);
        Assert.Equal(state.RoundEpochsDone, read.RoundEpochsDone);
        Assert.Equal((2, 3), (read.EvolvedEpochs, read.EpochsDone(job.Plan)));
        // When all replicas are in, the average is still to be taken.
        Assert.Equal(3, (state with { RoundEpochsDone = [2, 2] }).EpochsDone(job.Plan));
        // Accounts of before there were such sums.
        var old = checkpoint with { Coordination = checkpoint.Coordination!.Replace("replica_tallies", "other", StringComparison.Ordinal) };
        Assert.Empty(RunCheckpoint.Read(old, "c").ReplicaTallies);
    }
}
