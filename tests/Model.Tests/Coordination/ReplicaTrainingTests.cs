using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public sealed class ReplicaTrainingTests : IDisposable
{
    // 84 samples are 5 batches of 8 for each of two shards; phase two is one round of epochs 2 and 3.
    private const int Batches = 5;
    private readonly TrainingJob _job = TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5, rounds: 1);
    private readonly ReplicaTraining _training;

    public ReplicaTrainingTests() => _training = New(state => state);

    public void Dispose() => _training.Dispose();

    [Fact]
    public void Before_a_round_there_is_nothing()
    {
        Assert.Null(_training.Round);
        Assert.Empty(_training.Replicas);
        Assert.Null(_training.LearningRate);
        Assert.Null(_training.ToMeasure);
    }

    [Fact]
    public void A_round_begins_without_replicas_and_counts_tickets_on()
    {
        _training.Begin(lastTicket: 20);
        Assert.Equal((2, 4), (_training.Round!.FirstEpoch, _training.Round.EndEpoch));
        Assert.Equal([null, null], _training.Replicas);
        Assert.True(_training.Round.TryAssign("a", 1, out var assignment));
        Assert.Equal(new(21, 1, 2, EvolveFirst: false), assignment);
    }

    [Theory]
    [InlineData(PhaseTwoTopology.Shared, false)]
    [InlineData(PhaseTwoTopology.Own, true)]
    public void Replicas_evolve_by_themselves_where_each_has_its_own_topology(PhaseTwoTopology topology, bool expected)
    {
        var job = TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5, rounds: 1, topology: topology);
        using var state = TestJob.Begin(job);
        using var training = new ReplicaTraining(job, state);
        training.Begin(0);
        HandIn(training, "a", 0, TestJob.Filled(1), 1);
        Assert.True(training.Round!.TryAssign("a", 0, out var assignment));
        Assert.Equal(expected, assignment.EvolveFirst);
    }

    [Fact]
    public void A_replica_that_counts_is_kept_as_a_copy_and_ends_an_epoch_when_all_are_in()
    {
        _training.Begin(0);
        using var network = TestJob.Filled(1);
        Assert.Equal(-1, HandIn(_training, "a", 0, network, 1, learningRate: 0.25));
        Assert.NotSame(network, _training.Replicas[0]!.Network);
        TestData.AssertSameParameters(network, _training.Replicas[0]!.Network);
        Assert.Equal((Batches, 0.25, 40L), (_training.Updates, _training.LearningRate, _training.Tallies[0].SampleCount));
        Assert.Equal(2, HandIn(_training, "a", 1, network, 1));
        Assert.Equal(2 * Batches, _training.Updates);
        // The last epoch ends with the average.
        Assert.Equal(-1, HandIn(_training, "a", 0, network, 1));
        Assert.Equal(-1, HandIn(_training, "a", 1, network, 1));
        Assert.True(_training.Round!.IsFinished);
    }

    [Fact]
    public void What_others_share_of_a_replica_stays_as_it_is_when_the_next_takes_its_place()
    {
        _training.Begin(0);
        using TestNetworks networks = new(1, 2);
        HandIn(_training, "a", 0, networks[0], 1);
        HandIn(_training, "a", 1, networks[0], 1);
        var held = _training.Replicas[0]!.Retain();
        var own = _training.Replicas[1]!;
        HandIn(_training, "a", 0, networks[1], 1);
        HandIn(_training, "a", 1, networks[1], 1);
        TestData.AssertSameParameters(networks[0], held.Network);
        TestData.AssertSameParameters(networks[1], _training.Replicas[0]!.Network);
        Assert.Throws<ObjectDisposedException>(() => own.Network);
        held.Dispose();
        Assert.Throws<ObjectDisposedException>(() => held.Network);
    }

    [Fact]
    public void A_replica_counts_for_the_hand_out_and_the_round_that_it_answers()
    {
        _training.Begin(0);
        var answer = Assigned("a");
        Assert.Equal(RefusalReason.None, Judge("a", answer));
        Assert.Equal(RefusalReason.NotInFlight, Judge("a", answer with { Ticket = answer.Ticket + 1 }));
        Assert.Equal(RefusalReason.NotInFlight, Judge("a", answer with { Round = 1 }));
        Assert.Equal(RefusalReason.NotInFlight, Judge("b", answer));
        _training.Round!.Release("a");
        Assert.Equal(RefusalReason.NotInFlight, Judge("a", answer));
    }

    [Fact]
    public void A_replica_that_says_of_itself_what_cannot_be_is_implausible()
    {
        _training.Begin(0);
        var answer = Assigned("a");
        foreach (var tally in (TrainingTally[])
            [
                new(Batches - 1, 40, 40, 30, 40), new(Batches + 1, 40, 40, 30, 40), new(Batches, double.NaN, 40, 30, 40),
                new(Batches, double.PositiveInfinity, 40, 30, 40), new(Batches, 40, 0, 0, 0), new(Batches, 40, 40, -1, 40), new(Batches, 40, 40, 41, 40),
                new(Batches, 40, 41, 30, 41), new(Batches, 40, long.MaxValue, 30, long.MaxValue),
            ])
            Assert.Equal(RefusalReason.Implausible, Judge("a", answer with { Tally = tally }));
        Assert.Equal(RefusalReason.Implausible, Judge("a", answer with { LearningRate = double.NaN }));
        // Its topology is shared.
        Assert.Equal(RefusalReason.Implausible, Judge("a", answer with { Evolution = new(1, 0) }));
        Assert.Equal(RefusalReason.None, Judge("a", answer));
    }

    [Theory]
    [InlineData("set")]
    [InlineData("gse-uniform")]
    public void A_replica_that_evolves_by_itself_changes_no_more_than_there_is(string rule)
    {
        var job = TestJob.Create(
            workers: 2, epochs: 4, phaseTwo: 0.5, rounds: 1, topology: PhaseTwoTopology.Own, rule: rule == "set" ? null : TestJob.Guided(rule));
        using var state = TestJob.Begin(job);
        using var training = new ReplicaTraining(job, state);
        training.Begin(0);
        HandIn(training, "a", 0, TestJob.Filled(1), 1);
        Assert.True(training.Round!.TryAssign("a", 0, out var assignment));
        var answer = Answer(assignment, TestJob.Filled(1), 1);
        var most = (rule == "set" ? 2 : 2 + Batches) * state.Network.ConnectionCounts().Sum();
        foreach (var (evolution, expected) in (((long, long), bool)[])
            [((most, most), true), ((most + 1, 0), false), ((0, most + 1), false), ((-1, 0), false), ((0, long.MinValue), false)])
        {
            var refusal = training.Judge("a", answer with { Evolution = new(evolution.Item1, evolution.Item2) }, out _, out _);
            Assert.Equal(expected ? RefusalReason.None : RefusalReason.Implausible, refusal);
        }
    }

    [Fact]
    public void A_replica_with_weights_that_are_not_finite_is_named_with_its_layer()
    {
        _training.Begin(0);
        var answer = Assigned("a");
        answer.Work.Replica.Parameters.Sparse[1].Values[0] = float.NegativeInfinity;
        Assert.Equal(RefusalReason.NotFinite, _training.Judge("a", answer, out var assignment, out var detail));
        Assert.Equal("layer 2 (12-9) has weights that are not finite", detail);
        Assert.Equal(answer.Ticket, assignment.Ticket);
    }

    [Fact]
    public void Updates_of_the_epoch_that_goes_on_are_heard_of_from_those_who_make_them()
    {
        _training.Hear("a", 1, 3);
        _training.Begin(0);
        Assert.True(_training.Round!.TryAssign("a", 0, out var assignment));
        _training.Hear("a", assignment.Ticket, 3);
        _training.Hear("a", assignment.Ticket + 1, 3);
        _training.Hear("b", assignment.Ticket, 3);
        Assert.Equal(3, _training.BatchesInEpoch);
        _training.Accept("a", Answer(assignment, TestJob.Filled(1), 1), assignment);
        Assert.Equal(3, _training.BatchesInEpoch);
        HandIn(_training, "b", 1, TestJob.Filled(1), 1);
        Assert.Equal(0, _training.BatchesInEpoch);
    }

    // Both replicas had a loss of 1 on their shards: up to 1.3 is not clearly worse.
    [Fact]
    public void The_losses_of_training_can_clear_an_average_and_nothing_else_is_measured()
    {
        using TestNetworks networks = new(1, 2);
        TrainRound(networks);
        Assert.Same(_training.Average, _training.ToMeasure);
        _training.MeasurementId = 7;
        Assert.Null(_training.ToMeasure);
        var verdict = _training.Measure(1.2);
        Assert.True(verdict?.IsTaken);
        Assert.Equal(0, _training.MeasurementId);
    }

    [Theory]
    [InlineData(2.0, 1.75, 1.5, true, 1)]
    [InlineData(2.5, 1.75, 1.5, false, 1)]
    [InlineData(2.5, 1.5, 1.75, false, 0)]
    [InlineData(double.NaN, 1.5, 1.75, false, 0)]
    public void An_average_in_doubt_is_judged_by_what_its_replicas_are_one_after_the_other(
        double average, double first, double second, bool isTaken, int best)
    {
        using TestNetworks networks = new(1, 2);
        TrainRound(networks);
        Assert.Null(_training.Measure(average));
        Assert.Same(_training.Replicas[0], _training.ToMeasure);
        Assert.Null(_training.Measure(first));
        Assert.Same(_training.Replicas[1], _training.ToMeasure);
        var verdict = _training.Measure(second);
        Assert.Equal((isTaken, best), (verdict?.IsTaken, verdict?.BestShard));
    }

    [Fact]
    public void A_round_ends_with_its_average_and_frees_all_else()
    {
        using TestNetworks networks = new(1, 2);
        TrainRound(networks);
        SharedNetwork[] replicas = [.. _training.Replicas.Select(replica => replica!)];
        using var expected = RunState.Average([networks[0], networks[1]]);
        Assert.Equal(3, _training.End(null, out var result));
        using (result) TestData.AssertSameParameters(expected, result.Network);
        Assert.Throws<ObjectDisposedException>(() => result.Network);
        Assert.All(replicas, replica => Assert.Throws<ObjectDisposedException>(() => replica.Network));
        Assert.Equal((1, null, null, null), (_training.RoundsDone, _training.Round, _training.Average, _training.ToMeasure));
        Assert.Empty(_training.Replicas);
        Assert.Empty(_training.Tallies);
    }

    [Fact]
    public void A_round_may_end_with_a_replica_instead_of_its_average()
    {
        using TestNetworks networks = new(1, 2);
        TrainRound(networks);
        var average = _training.Average!;
        _training.End(1, out var result);
        Assert.Throws<ObjectDisposedException>(() => average.Network);
        using (result) TestData.AssertSameParameters(networks[1], result.Network);
        Assert.Throws<ObjectDisposedException>(() => result.Network);
    }

    [Fact]
    public void The_next_round_is_measured_from_the_beginning()
    {
        var job = TestJob.Create(workers: 2, epochs: 4, phaseTwo: 0.5);
        using var state = TestJob.Begin(job);
        using var training = new ReplicaTraining(job, state);
        using TestNetworks networks = new(1, 2);
        for (var round = 0; round < 2; round++)
        {
            training.Begin(0);
            for (var shard = 0; shard < 2; shard++) HandIn(training, "a", shard, networks[shard], 1, round: round);
            training.TakeAverage();
            Assert.Null(training.Measure(9));
            training.MeasurementId = 5;
            Assert.Equal(2 + round, training.End(null, out var result));
            result.Dispose();
        }
        Assert.Equal((2, 0L), (training.RoundsDone, training.MeasurementId));
    }

    [Fact]
    public void A_round_that_was_begun_goes_on_from_the_replicas_of_the_state()
    {
        using TestNetworks networks = new(1, 2);
        var training = New(state => state with
        {
            Phase = RunPhase.PhaseTwo, RoundEpochsDone = [1, 0], Replicas = [networks[0].Clone(), null], ReplicaUpdates = 5,
            LearningRate = 0.125, ReplicaTallies = [new(Batches, 40, 40, 30, 40), default],
            Ledger = state.Ledger with { LastTicket = 30 },
        });
        training.Begin(0);
        Assert.Equal([1, 0], training.Round!.EpochsDone);
        TestData.AssertSameParameters(networks[0], training.Replicas[0]!.Network);
        Assert.Null(training.Replicas[1]);
        Assert.Equal((5L, 0.125, 40.0), (training.Updates, training.LearningRate, training.Tallies[0].LossSum));
        Assert.True(training.Round.TryAssign("a", 1, out var assignment));
        Assert.Equal((31L, 2), (assignment.Ticket, assignment.Epoch));
        var replica = training.Replicas[0]!;
        training.Dispose();
        Assert.Throws<ObjectDisposedException>(() => replica.Network);
    }

    [Fact]
    public void Accounts_without_the_losses_of_training_go_on_without_them()
    {
        using var training = New(state => state with
        {
            Phase = RunPhase.PhaseTwo, RoundEpochsDone = [1, 1], Replicas = [TestJob.Filled(1), TestJob.Filled(2)],
        });
        Assert.Equal(new TrainingTally[2], training.Tallies);
    }

    private ReplicaTraining New(Func<RunState, RunState> change)
    {
        var state = change(TestJob.Begin(_job));
        using (state.Network) return new(_job, state);
    }

    private void TrainRound(TestNetworks networks)
    {
        _training.Begin(0);
        for (var epoch = 0; epoch < 2; epoch++)
            for (var shard = 0; shard < 2; shard++) HandIn(_training, "a", shard, networks[shard], 1);
        _training.TakeAverage();
    }

    private ReplicaAnswer Assigned(string worker)
    {
        Assert.True(_training.Round!.TryAssign(worker, 0, out var assignment));
        return Answer(assignment, TestJob.Filled(1), 1);
    }

    private RefusalReason Judge(string worker, ReplicaAnswer answer)
    {
        var refusal = _training.Judge(worker, answer, out _, out var detail);
        if (refusal != RefusalReason.None) Assert.NotEqual("", detail);
        return refusal;
    }

    private static int HandIn(
        ReplicaTraining training, string worker, int shard, Network network, double loss, double learningRate = 0.5, int round = 0)
    {
        Assert.True(training.Round!.TryAssign(worker, shard, out var assignment));
        Assert.Equal(shard, assignment.Shard);
        var answer = Answer(assignment, network, loss) with { LearningRate = learningRate, Round = round };
        Assert.Equal(RefusalReason.None, training.Judge(worker, answer, out _, out _));
        using (answer.Work) return training.Accept(worker, answer, assignment);
    }

    private static ReplicaAnswer Answer(ReplicaAssignment assignment, Network network, double loss) =>
        new(assignment.Ticket, 0, new(Batches, loss * 40, 40, 30, 40), 0.5, default, WorkSet.For(network));

    /// <summary>Networks of these seeds.</summary>
    private sealed class TestNetworks(params ulong[] seeds) : IDisposable
    {
        private readonly Network[] _networks = [.. seeds.Select(TestJob.Filled)];

        public Network this[int index] => _networks[index];

        public void Dispose()
        {
            foreach (var network in _networks) network.Dispose();
        }
    }
}
