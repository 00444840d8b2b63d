using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class GradientTrainingTests
{
    [Theory]
    [InlineData(TrainingMode.Wasap, 2, "set", typeof(WasapTraining))]
    [InlineData(TrainingMode.Wasap, 1, "set", typeof(WasapTraining))]
    [InlineData(TrainingMode.Wasap, 2, "rigl", typeof(WasapTraining))]
    // Nothing may be computed on the step after before the evolution.
    [InlineData(TrainingMode.Wasap, 1, "rigl", typeof(WsspTraining))]
    [InlineData(TrainingMode.Wssp, 2, "set", typeof(WsspTraining))]
    public void The_job_says_which_way_and_one_shard_goes_step_by_step_where_updates_evolve(
        TrainingMode mode, int workers, string rule, Type expected)
    {
        using var phase = new PlayedPhaseOne(
            TestJob.Create(workers, mode: mode, rule: rule == "set" ? null : TestJob.Guided(rule)));
        Assert.IsType(expected, phase.Training);
    }

    [Theory]
    [InlineData(TrainingMode.Wasap)]
    [InlineData(TrainingMode.Wssp)]
    public void Squared_errors_may_be_infinite_with_the_loss_alone(TrainingMode mode)
    {
        foreach (var (tally, expected) in ((TrainingTally, RefusalReason)[])
            [(new(1, double.PositiveInfinity, 8, double.PositiveInfinity, 16), RefusalReason.NotFinite),
                (new(1, double.NaN, 8, double.NaN, 16), RefusalReason.NotFinite),
                (new(1, 8, 8, double.NaN, 16), RefusalReason.Implausible), (new(1, 8, 8, -1, 16), RefusalReason.Implausible),
                (new(1, 8, 8, 100, 16), RefusalReason.None)])
        {
            using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2, mode: mode).WithTargets(TargetKind.Real));
            Assert.Equal(expected, phase.Take("a", phase.Answer(phase.Assign("a")) with { Tally = tally }));
        }
    }

    [Theory]
    [InlineData(TrainingMode.Wasap)]
    [InlineData(TrainingMode.Wssp)]
    public void A_result_that_cannot_be_is_refused_and_its_batch_is_open_again(TrainingMode mode)
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2, mode: mode));
        foreach (var tally in (TrainingTally[])
            [new(1, 1, 0, 0, 0), new(1, 9, 9, 1, 9), new(1, 8, 8, -1, 8), new(1, 8, 8, 9, 8), new(1, 8, -8, -9, -8), new(0, 8, 8, 1, 8), new(2, 8, 8, 1, 8)])
            Refused(RefusalReason.Implausible, tally);
        foreach (var loss in (double[])[double.NaN, double.PositiveInfinity]) Refused(RefusalReason.NotFinite, new(1, loss, 8, 1, 8));

        void Refused(RefusalReason expected, TrainingTally tally)
        {
            var order = phase.Assign("a");
            phase.AssertRefused(expected, "a", phase.Answer(order) with { Tally = tally });
            Assert.Equal(BatchState.Open, StateOf(phase, order.Assignment));
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_refused_and_named_with_its_layer()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2));
        var answer = phase.Answer(phase.Assign("a"));
        answer.Work.Gradients.Sparse[1][0] = float.NaN;
        Assert.Equal(RefusalReason.NotFinite, phase.Training.Take("a", answer, out var assignment, out var detail));
        Assert.Contains("layer 2 (12-9) has gradients", detail, StringComparison.Ordinal);
        Assert.Equal(BatchState.Open, StateOf(phase, assignment));
    }

    [Fact]
    public void An_answer_of_another_hand_out_is_refused_and_what_its_worker_holds_stays_with_it()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2));
        var late = phase.Answer(phase.Assign("a"));
        Assert.True(phase.Training.Ledger.Release("a"));
        // It was handed out again under another ticket.
        var again = phase.Assign("a");
        Assert.NotEqual(late.Ticket, again.Assignment.Ticket);
        phase.AssertRefused(RefusalReason.NotInFlight, "a", late);
        Assert.Equal(BatchState.InFlight, StateOf(phase, again.Assignment));
        phase.AssertRefused(RefusalReason.NotInFlight, "stranger", phase.Answer(phase.Assign("b")));
        Assert.True(phase.Training.Ledger.TryGetInFlight("b", out _));
    }

    [Fact]
    public void What_is_handed_out_is_a_copy_of_the_parameters_in_a_set_from_the_pool()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2));
        var first = phase.Assign("a");
        Assert.NotSame(phase.Server.Network, first.Work.Replica);
        Tests.Training.TestData.AssertSameParameters(phase.Server.Network, first.Work.Replica);
        phase.Finish("a", first);
        var second = phase.Assign("a");
        Assert.Same(first.Work, second.Work);
        Assert.True(
            phase.Server.Network.Parameters.Sparse[0].Values.Span.SequenceEqual(second.Work.Replica.Parameters.Sparse[0].Values.Span));
    }

    [Fact]
    public void A_batch_that_counts_is_counted()
    {
        using var phase = new PlayedPhaseOne(TestJob.Create(workers: 2));
        var order = phase.Assign("a");
        var answer = phase.Answer(order);
        Assert.Equal(RefusalReason.None, phase.Take("a", answer));
        Assert.Equal(answer.Tally, phase.Books.TallyOf(0));
        Assert.Equal((BatchState.Done, 1L), (StateOf(phase, order.Assignment), phase.Server.ModelVersion));
    }

    private static BatchState StateOf(PlayedPhaseOne phase, Assignment assignment) =>
        phase.Training.Ledger.StateOf(assignment.Epoch, assignment.Shard, assignment.Batch);
}
