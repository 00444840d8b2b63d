using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
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
            ReplicaTallies = [new(3, 4.5, 24, 20, 24), new(3, 6.25, 24, 19, 24)],
            Replicas = [TestJob.Filled(1), TestJob.Filled(2)],
        };
        var checkpoint = RunCheckpoint.Of(state, new() { Network = state.Network });
        var read = RunCheckpoint.Read(checkpoint, job, "c");
        Assert.Equal(state.ReplicaTallies, read.ReplicaTallies);
        Assert.Equal(state.RoundEpochsDone, read.RoundEpochsDone);
        Assert.Equal((2, 3), (read.EvolvedEpochs, read.EpochsDone(job.Plan)));
        // When all replicas are in, the average is still to be taken.
        Assert.Equal(3, (state with { RoundEpochsDone = [2, 2] }).EpochsDone(job.Plan));
        // Accounts of before there were such sums.
        var old = checkpoint with { Coordination = checkpoint.Coordination!.Replace("replica_tallies", "other", StringComparison.Ordinal) };
        Assert.Empty(RunCheckpoint.Read(old, job, "c").ReplicaTallies);
    }

    [Fact]
    public void Accounts_of_the_first_version_counted_right_ones()
    {
        var (job, checkpoint) = InRound([TestJob.Filled(1), TestJob.Filled(2)]);
        using var _ = checkpoint;
        var first = checkpoint.Coordination!.Replace("\"version\":2", "\"version\":1", StringComparison.Ordinal)
            .Replace("\"score_sum\"", "\"correct_count\"", StringComparison.Ordinal).Replace(",\"score_weight\":24", "", StringComparison.Ordinal);
        Assert.DoesNotContain("score", first, StringComparison.Ordinal);
        Assert.Equal(RunCheckpoint.Read(checkpoint, job, "c").ReplicaTallies,
            RunCheckpoint.Read(checkpoint with { Coordination = first }, job, "c").ReplicaTallies);
    }

    // 84 samples are 10 batches of 8, 5 for each of two shards.
    [Theory]
    [InlineData("\"phase\":3", "\"phase\":9", "phase 9")]
    [InlineData("\"phase\":3", "\"phase\":-1", "cannot be read")]
    [InlineData("\"model_version\":0", "\"model_version\":-1", "updates")]
    [InlineData("\"epoch\":0", "\"epoch\":-1", "epoch -1")]
    [InlineData("\"epoch\":0", "\"epoch\":3", "epoch 3 of the 2")]
    [InlineData("\"last_ticket\":0", "\"last_ticket\":-5", "ticket -5")]
    [InlineData("\"done\":[[false,", "\"done\":[[", "4 batches of shard 0; expected 5")]
    [InlineData("\"done\":[[", "\"done\":[null,[", "3 shards; expected 2")]
    [InlineData("\"done_ahead\":[[false,false,false,false,false]", "\"done_ahead\":[null", "0 batches of shard 0; expected 5")]
    [InlineData("\"done\":[[false,false,false,false,false],[false,false,false,false,false]]", "\"done\":null", "0 shards")]
    [InlineData("\"ledger\":{", "\"ledger\":null,\"other\":{", "no ledger")]
    [InlineData("\"evolved_epochs\":2", "\"evolved_epochs\":5", "evolution after 5")]
    [InlineData("\"round\":0", "\"round\":2", "round 2 of 1")]
    [InlineData("\"round\":0", "\"round\":-1", "round -1")]
    [InlineData("\"round_epochs_done\":[2,1]", "\"round_epochs_done\":null", "no round")]
    [InlineData("\"round_epochs_done\":[2,1]", "\"round_epochs_done\":[2,1,0]", "3 shards")]
    [InlineData("\"round_epochs_done\":[2,1]", "\"round_epochs_done\":[2,-1]", "-1 epochs of a round")]
    [InlineData("\"round_epochs_done\":[2,1]", "\"round_epochs_done\":[3,1]", "3 epochs of a round")]
    [InlineData("\"tallies\":{}", "\"tallies\":{\"-1\":{}}", "an epoch that there is not")]
    [InlineData("\"tallies\":{}", "\"tallies\":null", "no sums")]
    [InlineData("\"batches\":3", "\"batches\":-3", "sums of batches")]
    [InlineData("\"replica_updates\":0", "\"replica_updates\":-1", "updates")]
    [InlineData("\"evolved_updates\":0", "\"evolved_updates\":-1", "updates")]
    [InlineData("\"replica_tallies\":[", "\"replica_tallies\":[{},", "sums of 3 replicas")]
    public void Accounts_that_are_not_of_such_a_run_are_refused_in_one_line(string text, string by, string expected)
    {
        var (job, checkpoint) = InRound([TestJob.Filled(1), TestJob.Filled(2)]);
        using var _ = checkpoint;
        Assert.Contains(text, checkpoint.Coordination!, StringComparison.Ordinal);
        var damaged = checkpoint with { Coordination = checkpoint.Coordination!.Replace(text, by, StringComparison.Ordinal) };
        var message = Assert.Throws<InvalidInputException>(() => RunCheckpoint.Read(damaged, job, "c")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_round_has_the_replicas_that_were_trained_in_it()
    {
        var (job, checkpoint) = InRound([TestJob.Filled(1), null]);
        using (checkpoint) Refused("no replica of shard 1", checkpoint);
        (job, checkpoint) = InRound([TestJob.Filled(1)]);
        using (checkpoint) Refused("1 replicas; expected 2", checkpoint);
        (job, checkpoint) = InRound([]);
        using (checkpoint) Refused("0 replicas; expected 2", checkpoint);

        void Refused(string expected, Checkpoint refused) => Assert.Contains(
            expected, Assert.Throws<InvalidInputException>(() => RunCheckpoint.Read(refused, job, "c")).Message, StringComparison.Ordinal);
    }

    private static (TrainingJob Job, Checkpoint Checkpoint) InRound(IReadOnlyList<Network?> replicas)
    {
        var job = TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5, rounds: 1);
        var state = TestJob.Begin(job) with
        {
            Phase = RunPhase.PhaseTwo,
            EvolvedEpochs = 2,
            RoundEpochsDone = [2, 1],
            ReplicaTallies = [new(3, 4.5, 24, 20, 24), new(3, 6.25, 24, 19, 24)],
            Replicas = replicas,
        };
        return (job, RunCheckpoint.Of(state, new() { Network = state.Network }));
    }
}
