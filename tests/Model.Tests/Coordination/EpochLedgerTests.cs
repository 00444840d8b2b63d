using ActorSparse.Model.Coordination;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Coordination;

public class EpochLedgerTests
{
    private enum Move
    {
        Work,
        Lose,
        Allow,
        Restart,
    }

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
                ledger.Complete(Held(ledger, "a"));
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
        ledger.Complete(Held(ledger, "b"));
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
    public void A_hand_out_can_be_answered_once_and_by_its_worker_only()
    {
        var ledger = new EpochLedger([2], 0, 1);
        Assert.True(ledger.TryAssign("a", 0, out var first));
        Assert.False(ledger.TryGetInFlight("b", first.Ticket, out _));
        Assert.True(ledger.TryGetInFlight("a", first.Ticket, out var held));
        Assert.Equal(first, held);
        ledger.Complete(first);
        Assert.False(ledger.TryGetInFlight("a", first.Ticket, out _));
        Assert.Throws<InvalidOperationException>(() => ledger.Complete(first));
        Assert.Throws<InvalidOperationException>(() => ledger.Release(first));
    }

    [Fact]
    public void A_hand_out_of_several_batches_takes_those_that_are_open_one_after_the_other()
    {
        var ledger = new EpochLedger([7], 0, 1);
        Assert.True(ledger.TryAssign("a", 0, out var first, wanted: 2));
        Assert.True(ledger.TryAssign("b", 0, out var second, wanted: 2));
        Assert.Equal((0, 2, 2, 2), (first.Batch, first.Count, second.Batch, second.Count));
        ledger.Release(first);
        // The two that are open again, up to those that are still with b; then all that are left.
        Assert.True(ledger.TryAssign("c", 0, out var third, wanted: 4));
        Assert.True(ledger.TryAssign("c", 0, out var rest, wanted: 4));
        Assert.Equal((0, 2, 4, 3), (third.Batch, third.Count, rest.Batch, rest.Count));
        ledger.Complete(second);
        Assert.Equal(2, ledger.DoneInCurrentEpoch);
        ledger.Complete(third);
        Assert.Equal(1, ledger.Complete(rest));
        Assert.True(ledger.IsFinished);
    }

    [Theory]
    [InlineData(10, 4, "4 3 3")]
    [InlineData(10, 3, "4 3 3")]
    [InlineData(9, 4, "5 4")]
    [InlineData(5, 4, "5")]
    [InlineData(234, 58, "59 59 58 58")]
    [InlineData(3, 1, "1 1 1")]
    public void No_few_batches_are_left_over(int batches, int wanted, string counts)
    {
        var ledger = new EpochLedger([batches], 0, 1);
        var handedOut = new List<int>();
        while (ledger.TryAssign("a", 0, out var assignment, wanted: wanted)) handedOut.Add(assignment.Count);
        Assert.Equal(counts, string.Join(' ', handedOut));
    }

    [Fact]
    public void A_worker_that_says_what_it_works_on_loses_the_rest_only()
    {
        var ledger = new EpochLedger([6], 0, 1);
        Assert.True(ledger.TryAssign("a", 0, out var first, wanted: 2));
        Assert.True(ledger.TryAssign("a", 0, out var second, wanted: 2));
        Assert.Equal(2, ledger.CountInFlight("a"));
        Assert.True(ledger.Release("a", kept: second.Ticket));
        Assert.False(ledger.Release("a", kept: second.Ticket));
        Assert.Equal((BatchState.Open, BatchState.InFlight), (ledger.StateOf(0, 0, first.Batch), ledger.StateOf(0, 0, second.Batch)));
        Assert.True(ledger.Release("a"));
        Assert.Equal(0, ledger.CountInFlight("a"));
    }

    [Fact]
    public void The_next_epoch_starts_while_the_last_batches_are_in_flight_and_may_even_end_with_them()
    {
        var ledger = new EpochLedger([1, 1], 0, 3);
        ledger.Allow(3);
        Assert.Equal(2, ledger.HandOutBefore);
        Assert.True(ledger.TryAssign("slow", 0, out var late));
        Assert.True(ledger.TryAssign("fast", 1, out _));
        ledger.Complete(Held(ledger, "fast"));
        for (var batch = 0; batch < 2; batch++)
        {
            Assert.True(ledger.TryAssign("fast", 1, out var ahead));
            Assert.Equal(1, ahead.Epoch);
            Assert.Equal(0, ledger.Complete(Held(ledger, "fast")));
        }
        Assert.False(ledger.TryAssign("fast", 1, out _));
        Assert.Equal(0, late.Epoch);
        Assert.Equal(2, ledger.Complete(Held(ledger, "slow")));
        Assert.Equal(2, ledger.CurrentEpoch);
    }

    [Fact]
    public void A_step_takes_the_same_batch_number_of_every_shard_that_has_it()
    {
        var ledger = new EpochLedger([2, 1], 0, 1);
        Assert.Equal(2, ledger.GradientsInStep(0));
        Assert.Equal(1, ledger.GradientsInStep(1));
        Assert.True(ledger.TryAssign("a", 0, out _, ledger.CurrentStep));
        ledger.Answer(Held(ledger, "a"));
        Assert.True(ledger.TryAssign("a", 0, out var handedOn, ledger.CurrentStep));
        Assert.Equal(1, handedOn.Shard);
        ledger.Answer(Held(ledger, "a"));
        Assert.False(ledger.TryAssign("a", 0, out _, ledger.CurrentStep));
        Assert.Equal(0, ledger.CompleteStep());
        Assert.Equal(1, ledger.CurrentStep);
        Assert.False(ledger.TryAssign("b", 1, out var last, ledger.CurrentStep) && last.Shard == 1);
        ledger.Answer(Held(ledger, "b"));
        Assert.Equal(1, ledger.CompleteStep());
        Assert.True(ledger.IsFinished);
    }

    // Whatever order of hand-outs, answers, losses and restarts from a saved state.
    [Fact]
    public void Every_batch_is_done_exactly_once_whatever_happens() =>
        (from shards in Gen.Int[1, 5].Array[1, 4]
         from moves in Gen.Select(
             Gen.Int[0, 4], Gen.Frequency((120, Move.Work), (60, Move.Lose), (20, Move.Allow), (1, Move.Restart))).Array[0, 200]
         select (shards, moves)).ForAll(300, (shards, moves) =>
        {
            const int Epochs = 4;
            var ledger = new EpochLedger(shards, 0, Epochs);
            var applied = new HashSet<(int, int, int)>();
            var held = new Dictionary<string, Assignment>();
            foreach (var (worker, move) in moves) Make("w" + worker, worker % shards.Length, move);
            for (var rest = 0; !ledger.IsFinished; rest++)
            {
                Assert.InRange(rest, 0, 10 * Epochs * shards.Sum());
                Make("", 0, Move.Allow);
                for (var worker = 0; worker < 5; worker++) Make("w" + worker, 0, Move.Work);
            }
            Assert.Equal(Epochs * shards.Sum(), applied.Count);

            void Make(string worker, int homeShard, Move move)
            {
                switch (move)
                {
                    case Move.Allow:
                        ledger.Allow(ledger.CurrentEpoch + 2);
                        break;
                    case Move.Restart:
                        ledger = new(shards, Epochs, ledger.Save());
                        held.Clear();
                        break;
                    case Move.Lose:
                        Assert.Equal(held.Remove(worker), ledger.Release(worker));
                        break;
                    default:
                        if (!held.Remove(worker, out var batch))
                        {
                            if (ledger.TryAssign(worker, homeShard, out var assignment, wanted: 1 + homeShard)) held.Add(worker, assignment);
                            break;
                        }
                        Assert.True(ledger.TryGetInFlight(worker, out var inFlight));
                        Assert.Equal(batch, inFlight);
                        ledger.Complete(inFlight);
                        for (var offset = 0; offset < batch.Count; offset++)
                            Assert.True(applied.Add((batch.Epoch, batch.Shard, batch.Batch + offset)), $"{batch} counted twice");
                        break;
                }
            }
        });

    private static Assignment Held(EpochLedger ledger, string worker)
    {
        Assert.True(ledger.TryGetInFlight(worker, out var held));
        return held;
    }

    private static (int Shard, int Batch) Next(EpochLedger ledger, string worker, int homeShard)
    {
        Assert.True(ledger.TryAssign(worker, homeShard, out var assignment));
        return (assignment.Shard, assignment.Batch);
    }
}
