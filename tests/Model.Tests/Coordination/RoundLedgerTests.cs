using ActorSparse.Model.Coordination;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Coordination;

public class RoundLedgerTests
{
    [Fact]
    public void A_worker_stays_with_its_shard_and_evolves_before_every_epoch_but_the_first()
    {
        var ledger = new RoundLedger(2, 7, 9, lastTicket: 40, evolves: true);
        Assert.True(ledger.TryAssign("a", 1, out var first));
        Assert.Equal(new ReplicaAssignment(41, 1, 7, EvolveFirst: false), first);
        ledger.Complete("a");
        Assert.True(ledger.TryAssign("a", 1, out var second));
        Assert.Equal(new ReplicaAssignment(42, 1, 8, EvolveFirst: true), second);
        ledger.Complete("a");
        Assert.Equal(7, ledger.CurrentEpoch);
    }

    [Fact]
    public void Where_the_topology_is_shared_no_replica_evolves()
    {
        var ledger = new RoundLedger(1, 0, 2, lastTicket: 0, evolves: false, [1]);
        Assert.True(ledger.TryAssign("a", 0, out var second));
        Assert.Equal(new ReplicaAssignment(1, 0, 1, EvolveFirst: false), second);
    }

    [Fact]
    public void A_shard_whose_worker_is_lost_goes_on_from_its_last_whole_epoch_with_another()
    {
        var ledger = new RoundLedger(2, 0, 2, lastTicket: 0, evolves: true);
        Assert.True(ledger.TryAssign("a", 0, out _));
        ledger.Complete("a");
        Assert.True(ledger.TryAssign("a", 0, out _));
        Assert.True(ledger.TryAssign("b", 1, out _));
        Assert.False(ledger.TryAssign("c", 0, out _));
        ledger.Release("a");
        Assert.True(ledger.TryAssign("c", 1, out var handedOn));
        Assert.Equal((0, 1), (handedOn.Shard, handedOn.Epoch));
    }

    [Fact]
    public void A_worker_has_one_replica_and_keeps_it_by_its_ticket()
    {
        var ledger = new RoundLedger(2, 0, 2, lastTicket: 0, evolves: true);
        Assert.True(ledger.TryAssign("a", 0, out var held));
        Assert.False(ledger.TryAssign("a", 1, out _));
        Assert.False(ledger.Release("a", held.Ticket));
        Assert.True(ledger.Release("a", held.Ticket + 1));
        Assert.False(ledger.Release("a"));
    }

    [Fact]
    public void A_round_ends_when_every_shard_has_had_all_its_epochs_once() =>
        (from shards in Gen.Int[1, 4]
         from epochs in Gen.Int[1, 3]
         from moves in Gen.Select(Gen.Int[0, 3], Gen.Frequency((2, false), (1, true))).Array[0, 60]
         select (shards, epochs, moves)).ForAll(200, (shards, epochs, moves) =>
        {
            var ledger = new RoundLedger(shards, 5, 5 + epochs, 0, evolves: true);
            var trained = new HashSet<(int, int)>();
            foreach (var (worker, isLost) in moves) Make(worker, isLost);
            for (var rest = 0; !ledger.IsFinished; rest++)
            {
                Assert.InRange(rest, 0, 100);
                for (var worker = 0; worker < 4; worker++) Make(worker, isLost: false);
            }
            Assert.Equal(shards * epochs, trained.Count);

            void Make(int number, bool isLost)
            {
                var worker = "w" + number;
                if (!ledger.TryGetInFlight(worker, out var assignment)) ledger.TryAssign(worker, number % shards, out _);
                else if (isLost) ledger.Release(worker);
                else
                {
                    ledger.Complete(worker);
                    Assert.True(trained.Add((assignment.Shard, assignment.Epoch)), $"{assignment} counted twice");
                }
            }
        });
}
