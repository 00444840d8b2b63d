using ActorSparse.Actors.State;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Actors.Tests.State;

public class EpochLedgerTests
{
    [Fact]
    public void One_worker_gets_the_batches_of_its_only_shard_in_order()
    {
        var ledger = new EpochLedger([3], 0, 2);
        var handedOut = new List<(int Epoch, int Batch)>();
        while (!ledger.IsFinished)
        {
            while (ledger.TryAssign("a", 0, out var assignment))
            {
                handedOut.Add((assignment.Epoch, assignment.Batch));
                ledger.Complete("a");
            }
            ledger.Allow(ledger.CurrentEpoch + 1);
        }
        Assert.Equal([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)], handedOut);
    }

    [Fact]
    public void A_worker_draws_from_its_home_shard_and_then_from_the_fullest()
    {
        var ledger = new EpochLedger([1, 1, 3], 0, 1);
        Assert.Equal((1, 0), Next(ledger, "b", 1));
        ledger.Complete("b");
        Assert.Equal((2, 0), Next(ledger, "b", 1));
    }

    [Fact]
    public void A_released_batch_is_handed_out_again_with_a_new_ticket()
    {
        var ledger = new EpochLedger([2], 0, 1);
        Assert.True(ledger.TryAssign("a", 0, out var first));
        Assert.True(ledger.Release("a"));
        Assert.False(ledger.Release("a"));
        Assert.True(ledger.TryAssign("b", 0, out var again));
        Assert.Equal((first.Shard, first.Batch), (again.Shard, again.Batch));
        Assert.NotEqual(first.Ticket, again.Ticket);
    }

    [Fact]
    public void A_worker_holds_one_batch_at_most()
    {
        var ledger = new EpochLedger([2], 0, 1);
        Assert.True(ledger.TryAssign("a", 0, out _));
        Assert.Throws<InvalidOperationException>(() => ledger.TryAssign("a", 0, out _));
        Assert.Throws<InvalidOperationException>(() => ledger.Complete("b"));
    }

    [Fact]
    public void The_next_epoch_starts_while_the_last_batches_are_in_flight_and_may_even_end_with_them()
    {
        var ledger = new EpochLedger([1, 1], 0, 3);
        ledger.Allow(3);
        Assert.Equal(2, ledger.HandOutBefore);
        Assert.True(ledger.TryAssign("slow", 0, out var late));
        Assert.True(ledger.TryAssign("fast", 1, out _));
        ledger.Complete("fast");
        for (var batch = 0; batch < 2; batch++)
        {
            Assert.True(ledger.TryAssign("fast", 1, out var ahead));
            Assert.Equal(1, ahead.Epoch);
            Assert.Equal(0, ledger.Complete("fast"));
        }
        Assert.False(ledger.TryAssign("fast", 1, out _));
        Assert.Equal(0, late.Epoch);
        Assert.Equal(2, ledger.Complete("slow"));
        Assert.Equal(2, ledger.CurrentEpoch);
    }

    [Fact]
    public void A_step_takes_the_same_batch_number_of_every_shard_that_has_it()
    {
        var ledger = new EpochLedger([2, 1], 0, 1);
        Assert.Equal(2, ledger.GradientsInStep(0));
        Assert.Equal(1, ledger.GradientsInStep(1));
        Assert.True(ledger.TryAssign("a", 0, out _, ledger.CurrentStep));
        ledger.Answer("a");
        Assert.True(ledger.TryAssign("a", 0, out var handedOn, ledger.CurrentStep));
        Assert.Equal(1, handedOn.Shard);
        ledger.Answer("a");
        Assert.False(ledger.TryAssign("a", 0, out _, ledger.CurrentStep));
        Assert.Equal(0, ledger.CompleteStep());
        Assert.Equal(1, ledger.CurrentStep);
        Assert.False(ledger.TryAssign("b", 1, out var last, ledger.CurrentStep) && last.Shard == 1);
        ledger.Answer("b");
        Assert.Equal(1, ledger.CompleteStep());
        Assert.True(ledger.IsFinished);
    }

    // Whatever order of hand-outs, answers, losses, duplicates and restarts from a saved state, each batch is done exactly once.
    [Fact]
    public void Every_batch_is_done_exactly_once_whatever_happens()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = new RandomSource(seed).Stream("ledger");
            int[] shards = [.. Enumerable.Range(0, 1 + random.NextInt32(4)).Select(_ => 1 + random.NextInt32(5))];
            const int Epochs = 4;
            var ledger = new EpochLedger(shards, 0, Epochs);
            var applied = new Dictionary<(int, int, int), int>();
            var held = new Dictionary<string, Assignment>();
            for (var move = 0; move < 5000 && !ledger.IsFinished; move++)
            {
                var worker = "w" + random.NextInt32(5);
                if (random.NextInt32(10) == 0) ledger.Allow(ledger.CurrentEpoch + 2);
                else if (random.NextInt32(200) == 0)
                {
                    ledger = new(shards, Epochs, ledger.Save());
                    ledger.Allow(ledger.CurrentEpoch + 1);
                    held.Clear();
                }
                else if (!held.ContainsKey(worker))
                {
                    if (ledger.TryAssign(worker, random.NextInt32(shards.Length), out var assignment)) held.Add(worker, assignment);
                }
                else if (random.NextInt32(3) == 0)
                {
                    ledger.Release(worker);
                    held.Remove(worker);
                }
                else
                {
                    var batch = held[worker];
                    held.Remove(worker);
                    Assert.True(ledger.TryGetInFlight(worker, out var inFlight) && inFlight == batch, $"seed {seed}");
                    ledger.Complete(worker);
                    var key = (batch.Epoch, batch.Shard, batch.Batch);
                    Assert.True(applied.TryAdd(key, move), $"seed {seed}: {key} twice");
                }
            }
            Assert.True(ledger.IsFinished, $"seed {seed}");
            Assert.Equal(Epochs * shards.Sum(), applied.Count);
        }
    }

    private static (int Shard, int Batch) Next(EpochLedger ledger, string worker, int homeShard)
    {
        Assert.True(ledger.TryAssign(worker, homeShard, out var assignment));
        return (assignment.Shard, assignment.Batch);
    }
}
