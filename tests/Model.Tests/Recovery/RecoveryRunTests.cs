using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Recovery;

public sealed class RecoveryRunTests : IDisposable
{
    private readonly RecoveryData _data = PlantedNetwork.Draw(12, 5, 8, seed: 3).Sample(256 * 5, seed: 4, chunkTiles: 1);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_result_does_not_depend_on_the_number_of_workers(int workers)
    {
        var steps = _data.Steps();
        using var run = new RecoveryRun(steps, workers);
        while (!run.IsOver)
        {
            var orders = Enumerable.Range(0, workers).Select(worker => (Worker: worker, Order: run.Assign(worker))).ToList();
            // Everybody has a share of its own, as long as there are chunks.
            Assert.Equal(Math.Min(workers, 5), orders.Count(order => order.Order is not null));
            Assert.All(orders, order => Assert.True(order.Order is null || order.Order.Share == order.Worker));
            // The last first.
            foreach (var (worker, order) in orders.AsEnumerable().Reverse())
                if (order is not null) Assert.Equal(RefusalReason.None, run.Take(worker, order.Ticket, order.Share, _data.Nodes(order)));
        }
        Assert.Null(run.Failure);
        _data.AssertAlone(steps);
    }

    [Fact]
    public void The_share_of_a_worker_that_is_lost_amid_a_step_goes_to_another()
    {
        var steps = _data.Steps();
        using var run = new RecoveryRun(steps, 3);
        var lost = run.Assign(0)!;
        var other = run.Assign(1)!;
        Assert.Null(run.Assign(1)); // it has one
        Assert.True(run.Release(0));
        Assert.False(run.Release(0));
        Assert.Equal(RefusalReason.None, run.Take(1, other.Ticket, other.Share, _data.Nodes(other)));
        var taken = run.Assign(1)!;
        Assert.Equal((lost.Share, lost.FirstChunk, lost.EndChunk), (taken.Share, taken.FirstChunk, taken.EndChunk));
        // What the lost one sends after all is refused, before and after another has answered.
        Assert.Equal(RefusalReason.NotInFlight, run.Take(0, lost.Ticket, lost.Share, _data.Nodes(lost)));
        Assert.Equal(RefusalReason.None, run.Take(1, taken.Ticket, taken.Share, _data.Nodes(taken)));
        Assert.Equal(RefusalReason.NotInFlight, run.Take(0, lost.Ticket, lost.Share, _data.Nodes(lost)));
        Assert.Equal(2, run.RefusedCount);
        // The third share is its worker's still; from now on two do all.
        while (!run.IsOver)
            foreach (var worker in (int[])[2, 1])
                if (run.Assign(worker) is { } order) run.Take(worker, order.Ticket, order.Share, _data.Nodes(order));
        _data.AssertAlone(steps);
    }

    [Fact]
    public void A_silent_worker_alone_gets_its_work_done()
    {
        var steps = _data.Steps();
        using var run = new RecoveryRun(steps, 1);
        while (run.Assign(0) is { } order)
        {
            Assert.True(run.Release(0, isSilent: true));
            Assert.Equal(RefusalReason.None, run.Take(0, order.Ticket, order.Share, _data.Nodes(order)));
        }
        Assert.True(run.IsOver);
        _data.AssertAlone(steps);
    }

    [Fact]
    public void Of_a_silent_worker_and_the_one_that_has_its_share_the_first_answer_counts()
    {
        var steps = _data.Steps();
        using var run = new RecoveryRun(steps, 1);
        var slow = run.Assign(0)!;
        Assert.True(run.Release(0, isSilent: true));
        var fast = run.Assign(1)!;
        Assert.Equal((slow.Ticket, slow.Share), (fast.Ticket, fast.Share));
        Assert.Equal(RefusalReason.None, run.Take(0, slow.Ticket, slow.Share, _data.Nodes(slow)));
        // The next question has begun, and the other one is free once it has answered the last.
        Assert.Equal(RefusalReason.NotInFlight, run.Take(1, fast.Ticket, fast.Share, _data.Nodes(fast)));
        Assert.Equal(slow.Ticket + 1, run.Assign(1)!.Ticket);
        Assert.True(run.Release(1));
        while (run.Assign(0) is { } order) run.Take(0, order.Ticket, order.Share, _data.Nodes(order));
        _data.AssertAlone(steps);
    }

    [Fact]
    public void An_answer_to_an_older_question_is_refused()
    {
        using var run = new RecoveryRun(_data.Steps(), 1);
        var first = run.Assign(0)!;
        Assert.Equal(RefusalReason.None, run.Take(0, first.Ticket, first.Share, _data.Nodes(first)));
        var second = run.Assign(0)!;
        Assert.Equal(first.Ticket + 1, second.Ticket);
        Assert.Equal(RefusalReason.NotInFlight, run.Take(0, first.Ticket, first.Share, _data.Nodes(first)));
        Assert.Equal(RefusalReason.None, run.Take(0, second.Ticket, second.Share, _data.Nodes(second)));
    }

    [Fact]
    public void Sums_that_are_not_those_asked_for_are_refused_and_asked_for_again()
    {
        var steps = _data.Steps();
        using var run = new RecoveryRun(steps, 2);
        while (run.Assign(0) is { } order)
        {
            var nodes = _data.Nodes(order);
            IReadOnlyList<NodeSum>[] wrong =
            [
                [], [.. nodes, nodes[0]], [nodes[0] with { Index = nodes[0].Index + 1 }, .. nodes.Skip(1)], [nodes[0] with { Level = -1 }, .. nodes.Skip(1)],
                [.. nodes.SkipLast(1), nodes[^1] with { Sums = nodes[^1].Sums[1..] }],
            ];
            foreach (var sums in wrong)
            {
                Assert.Equal(RefusalReason.Implausible, run.Take(0, order.Ticket, order.Share, sums));
                var again = run.Assign(0)!;
                Assert.Equal((order.Ticket, order.Share), (again.Ticket, again.Share));
            }
            Assert.Equal(RefusalReason.None, run.Take(0, order.Ticket, order.Share, nodes));
        }
        _data.AssertAlone(steps);
    }

    [Fact]
    public void From_the_next_question_on_there_are_as_many_shares_as_there_are_workers_by_then()
    {
        var steps = _data.Steps();
        using var run = new RecoveryRun(steps, 1, lastTicket: 40) { Shares = 3 };
        var first = run.Assign(0)!;
        Assert.Equal((41, 0, 5), (first.Ticket, first.FirstChunk, first.EndChunk));
        Assert.Null(run.Assign(1));
        Assert.Equal(RefusalReason.None, run.Take(0, first.Ticket, first.Share, _data.Nodes(first)));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(worker => run.Assign(worker)!.Share));
        foreach (var worker in (int[])[0, 1, 2]) run.Release(worker);
        run.Shares = 2;
        // A worker whose number is above that of the shares gets one as well.
        while (run.Assign(7) is { } order) run.Take(7, order.Ticket, order.Share, _data.Nodes(order));
        _data.AssertAlone(steps);
    }

    [Fact]
    public void Numbers_that_are_none_end_it()
    {
        _data.Target(7) = double.NaN;
        using var run = new RecoveryRun(_data.Steps(), 1);
        while (run.Assign(0) is { } order) run.Take(0, order.Ticket, order.Share, _data.Nodes(order));
        Assert.True(run.IsOver);
        Assert.IsType<TrainingDivergedException>(run.Failure);
        Assert.Null(run.Assign(0));
    }
}
