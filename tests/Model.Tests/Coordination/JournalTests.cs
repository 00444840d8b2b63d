using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public sealed class JournalTests : IDisposable
{
    private readonly TrainingJob _job = TestJob.Create();
    private readonly List<Network> _networks = [];
    private Journal _journal = new(null, ScoreKind.Accuracy);

    // Whatever happened to it, an epoch's network is freed with the journal at the latest.
    public void Dispose()
    {
        _journal.Dispose();
        Assert.All(_networks, network => Assert.True(IsFreed(network)));
    }

    [Fact]
    public void An_epoch_comes_out_when_it_has_been_measured_and_has_evolved()
    {
        Add(0);
        Assert.False(TryTake(evolved: 9, out _, out _));
        var id = Begin();
        Assert.False(TryTake(evolved: 9, out _, out _));
        Assert.True(_journal.TryEndEvaluation(id, 0.75, 1.5, 2));
        Assert.False(TryTake(evolved: 0, out _, out _));
        Assert.True(TryTake(evolved: 1, out var metrics, out var isBest));
        Assert.Equal((1, 0.75, 1.5, 2.0), (metrics.Epoch, metrics.TestScore, metrics.TestLoss, metrics.EvaluateSeconds));
        Assert.True(isBest);
        Assert.False(_journal.HasEpochs);
    }

    [Fact]
    public void Epochs_come_out_in_their_order_whichever_is_measured_first()
    {
        Add(0);
        Add(1);
        Add(2, isMeasured: false);
        var (first, second) = (Begin(), Begin());
        Assert.False(_journal.TryBeginEvaluation(out _, out _, out _));
        Assert.True(_journal.TryEndEvaluation(second, 0.5, 1, 0));
        Assert.False(TryTake(evolved: 9, out _, out _));
        Assert.True(_journal.TryEndEvaluation(first, 0.25, 1, 0));
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            Assert.True(TryTake(evolved: 9, out var metrics, out _));
            Assert.Equal(epoch, metrics.Epoch);
        }
    }

    [Fact]
    public void Whoever_measures_holds_the_network_that_the_epoch_ended_with_as_long_as_he_needs_it()
    {
        Add(7);
        Assert.True(_journal.TryBeginEvaluation(out var id, out var epoch, out var network));
        Assert.Equal(7, epoch);
        Assert.Same(_networks[0], network.Network);
        _journal.TryEndEvaluation(id, 0.5, 1, 0);
        Assert.True(TryTake(evolved: 8, out _, out _));
        Assert.False(IsFreed(_networks[0]));
        network.Dispose();
        Assert.True(IsFreed(_networks[0]));
    }

    [Fact]
    public void The_best_accuracy_is_that_of_the_epochs_that_came_out_and_equal_is_not_better()
    {
        foreach (var (accuracy, expected, best) in ((double?, bool, double?)[])
            [(null, false, null), (0.5, true, 0.5), (0.5, false, 0.5), (null, false, 0.5), (0.25, false, 0.5), (0.75, true, 0.75)])
        {
            Add(0, isMeasured: accuracy is not null);
            if (accuracy is { } measured) Assert.True(_journal.TryEndEvaluation(Begin(), measured, 1, 0));
            Assert.True(_journal.TryTake(1, out var metrics, out var state, out var isBest));
            Assert.Equal((expected, best), (isBest, _journal.BestScore));
            Assert.Equal((best, best), (metrics.BestTestScore, state.BestScore));
            state.Dispose();
        }
    }

    [Fact]
    public void The_best_error_is_the_lowest_and_its_other_measures_come_with_it()
    {
        _journal = new(8, ScoreKind.RootMeanSquaredError);
        foreach (var (error, expected, best) in ((double, bool, double)[])[(9, false, 8), (7, true, 7), (7, false, 7), (double.NaN, false, 7)])
        {
            Add(0);
            Assert.True(_journal.TryEndEvaluation(Begin(), error, 1, 0, [error / 2, 0.5]));
            Assert.True(TryTake(evolved: 1, out var metrics, out var isBest));
            Assert.Equal((expected, best), (isBest, metrics.BestTestScore));
            Assert.Equal([error / 2, 0.5], metrics.TestFurther);
        }
    }

    [Fact]
    public void It_goes_on_where_the_best_accuracy_is_known()
    {
        _journal = new(0.8, ScoreKind.Accuracy);
        Add(0);
        _journal.TryEndEvaluation(Begin(), 0.7, 1, 0);
        Assert.True(TryTake(evolved: 1, out var metrics, out var isBest));
        Assert.Equal((false, 0.8), (isBest, metrics.BestTestScore));
    }

    [Fact]
    public void What_is_not_a_number_is_never_the_best_and_anything_is_better()
    {
        Add(0);
        _journal.TryEndEvaluation(Begin(), double.NaN, 1, 0);
        Assert.True(TryTake(evolved: 1, out _, out var isBest));
        Assert.Equal((false, (double?)null), (isBest, _journal.BestScore));
        _journal = new(double.NaN, ScoreKind.Accuracy);
        Add(0);
        _journal.TryEndEvaluation(Begin(), 0.1, 1, 0);
        Assert.True(TryTake(evolved: 1, out _, out isBest));
        Assert.Equal((true, 0.1), (isBest, _journal.BestScore));
    }

    [Fact]
    public void An_evaluation_is_taken_once_and_under_its_number_alone()
    {
        Add(0);
        // Nothing was asked for yet.
        Assert.False(_journal.IsEvaluating(0));
        Assert.False(_journal.TryEndEvaluation(0, 0.5, 1, 0));
        var other = _journal.TakeEvaluationId();
        var id = Begin();
        Assert.NotEqual(other, id);
        Assert.True(_journal.IsEvaluating(id));
        Assert.False(_journal.IsEvaluating(other));
        Assert.False(_journal.TryEndEvaluation(other, 0.5, 1, 0));
        Assert.True(_journal.TryEndEvaluation(id, 0.5, 1, 0));
        Assert.False(_journal.IsEvaluating(id));
        Assert.False(_journal.TryEndEvaluation(id, 0.6, 1, 0));
        Assert.True(TryTake(evolved: 1, out var metrics, out _));
        Assert.Equal(0.5, metrics.TestScore);
    }

    [Fact]
    public void Evaluations_that_are_repeated_get_new_numbers_and_the_old_ones_are_refused()
    {
        Add(0);
        Add(1);
        var (first, second) = (Begin(), Begin());
        _journal.RepeatEvaluations();
        Assert.Equal((false, false), (_journal.IsEvaluating(first), _journal.IsEvaluating(second)));
        foreach (var old in (long[])[first, second]) Assert.False(_journal.TryEndEvaluation(old, 0.5, 1, 0));
        foreach (var epoch in (double[])[1, 2]) Assert.True(_journal.TryEndEvaluation(Begin(), epoch / 10, 1, 0));
        Assert.True(TryTake(evolved: 9, out var metrics, out _));
        Assert.Equal(0.1, metrics.TestScore);
    }

    [Fact]
    public void Epochs_that_nobody_measures_any_more_come_out_without_an_accuracy()
    {
        Add(0);
        Add(1);
        var id = Begin();
        _journal.AbandonEvaluations();
        Assert.False(_journal.TryEndEvaluation(id, 0.5, 1, 0));
        Assert.False(_journal.TryBeginEvaluation(out _, out _, out _));
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            Assert.True(TryTake(evolved: 9, out var metrics, out var isBest));
            Assert.Equal((epoch, null, false), (metrics.Epoch, metrics.TestScore, isBest));
        }
    }

    [Fact]
    public void An_epoch_that_diverged_and_those_after_it_do_not_come_out()
    {
        for (var epoch = 0; epoch < 3; epoch++) Add(epoch);
        var (first, second) = (Begin(), Begin());
        _journal.DropFrom(99);
        Assert.Equal(3, _journal.Count);
        _journal.DropFrom(second);
        Assert.Equal(1, _journal.Count);
        Assert.Equal([false, true, true], _networks.Select(IsFreed));
        _journal.TryEndEvaluation(first, 0.5, 1, 0);
        Assert.True(TryTake(evolved: 9, out var metrics, out _));
        Assert.Equal(1, metrics.Epoch);
        Assert.False(_journal.HasEpochs);
    }

    [Fact]
    public void It_is_full_with_three_epochs_of_which_some_may_be_being_written()
    {
        Add(0, isMeasured: false);
        Add(1);
        Assert.True(TryTake(evolved: 9, out _, out _));
        var write = _journal.BeginWrite();
        Assert.Equal((2, false, true, true), (_journal.Count, _journal.IsFull, _journal.HasEpochs, _journal.IsWriting));
        Add(2);
        Assert.Equal((3, true), (_journal.Count, _journal.IsFull));
        Assert.True(_journal.TryEndWrite(write));
        Assert.Equal((2, false, false), (_journal.Count, _journal.IsFull, _journal.IsWriting));
    }

    [Fact]
    public void A_write_ends_once_and_under_its_number_alone()
    {
        var (first, second) = (_journal.BeginWrite(), _journal.BeginWrite());
        Assert.NotEqual(first, second);
        Assert.False(_journal.TryEndWrite(second + 1));
        Assert.True(_journal.TryEndWrite(first));
        Assert.False(_journal.TryEndWrite(first));
        Assert.True(_journal.IsWriting);
    }

    [Fact]
    public void Writes_that_are_lost_are_not_waited_for_any_more()
    {
        Assert.False(_journal.LoseWrites());
        var lost = _journal.BeginWrite();
        _journal.BeginWrite();
        Assert.True(_journal.LoseWrites());
        Assert.Equal((0, false), (_journal.Count, _journal.IsWriting));
        Assert.False(_journal.TryEndWrite(lost));
        Assert.False(_journal.LoseWrites());
        Assert.True(_journal.BeginWrite() > lost);
    }

    [Fact]
    public void What_an_epoch_evolved_is_added_to_what_it_did()
    {
        Add(0, isMeasured: false);
        Add(1, isMeasured: false);
        using var evolved = TestJob.Filled(3);
        _journal.Evolve(0, new(5, 4), 0.5, evolved);
        _journal.Evolve(0, new(1, 1), 0.25, evolved);
        // It came out long ago.
        _journal.Evolve(7, new(5, 4), 0.5, evolved);
        Assert.True(TryTake(evolved: 9, out var metrics, out _));
        // Updates of the epoch had removed 10 and grown 20 in 2 seconds.
        Assert.Equal((16L, 25L, 2.75), (metrics.Pruned, metrics.Grown, metrics.EvolveSeconds));
        Assert.Equal(evolved.ConnectionCounts(), metrics.Connections);
        Assert.Equal(evolved.LivingNeuronCounts(), metrics.LivingNeurons);
        Assert.Equal(TestJob.Spec.Density(evolved.ConnectionCounts()), metrics.Density);
        Assert.True(TryTake(evolved: 9, out metrics, out _));
        Assert.Equal((10L, 20L, 2.0), (metrics.Pruned, metrics.Grown, metrics.EvolveSeconds));
        Assert.Empty(metrics.Connections);
    }

    private static bool IsFreed(Network network)
    {
        try
        {
            return network.Parameters.Sparse[0].Values.Span.IsEmpty;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    // As a run does: one copy for the state and for whoever measures it.
    private void Add(int epoch, bool isMeasured = true)
    {
        var network = TestJob.Filled((ulong)(_networks.Count + 1));
        _networks.Add(network);
        var shared = new SharedNetwork(network);
        var metrics = new EpochMetrics
        {
            Epoch = epoch + 1, Updates = 0, Phase = "one", Connections = [], LivingNeurons = [],
            Pruned = 10, Grown = 20, EvolveSeconds = 2,
        };
        _journal.Add(epoch, metrics, RunState.Initial(network, _job) with { Shared = [shared] }, isMeasured ? shared.Retain() : null);
    }

    private long Begin()
    {
        Assert.True(_journal.TryBeginEvaluation(out var id, out _, out var network));
        network.Dispose();
        return id;
    }

    private bool TryTake(int evolved, out EpochMetrics metrics, out bool isBest)
    {
        var isTaken = _journal.TryTake(evolved, out var taken, out var state, out isBest);
        Assert.Equal(isTaken, taken is not null);
        Assert.Equal(isTaken, state is not null);
        state?.Dispose();
        metrics = taken!;
        return isTaken;
    }
}
