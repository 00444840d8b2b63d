using System.Diagnostics.CodeAnalysis;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// Epochs that are over, until each has been measured, has evolved, and has been written: which of them are to be measured, which come next
/// to be reported, in their order, and what is being written.
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>So many epochs hold a copy of the state each: training waits for a slow disk or evaluation.</summary>
    public const int EpochsMax = 3;

    private readonly LinkedList<JournalEntry> _entries = [];
    private readonly HashSet<long> _unwritten = [];
    private long _lastEvaluation;
    private long _lastWrite;

    private readonly ScoreKind _scoreKind;

    /// <summary>Goes on where the best score on the evaluation set so far is <paramref name="bestScore"/>.</summary>
    public Journal(double? bestScore, ScoreKind scoreKind, ValidationProgress? validation = null) =>
        (BestScore, _scoreKind, Validation) = (bestScore, scoreKind, validation);

    /// <summary>Best score on the evaluation set of the epochs that came out; null before the first evaluation.</summary>
    public double? BestScore { get; private set; }

    /// <summary>How that went on with validation samples; null before the first evaluation on some.</summary>
    public ValidationProgress? Validation { get; private set; }

    /// <summary>Epochs that are over and not yet written.</summary>
    public int Count => _entries.Count + _unwritten.Count;

    /// <summary>Whether no other epoch should end.</summary>
    public bool IsFull => Count >= EpochsMax;

    /// <summary>Whether something is still to be learnt of an epoch.</summary>
    public bool HasEpochs => _entries.Count > 0;

    /// <summary>Whether something is being written.</summary>
    public bool IsWriting => _unwritten.Count > 0;

    /// <summary>Enters an epoch that is over; takes over its state and what is to be measured.</summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="metrics">What it did.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="toEvaluate">What is measured on the evaluation set; null if nothing is.</param>
    public void Add(int epoch, EpochMetrics metrics, RunState state, SharedNetwork? toEvaluate) =>
        _entries.AddLast(new JournalEntry(epoch, metrics, state, toEvaluate));

    /// <summary>A new number, for something else that the evaluator is asked.</summary>
    public long TakeEvaluationId() => ++_lastEvaluation;

    /// <summary>The next epoch to be measured, under a new number; the caller disposes of the network.</summary>
    public bool TryBeginEvaluation(out long id, out int epoch, [NotNullWhen(true)] out SharedNetwork? network)
    {
        (id, epoch, network) = (0, 0, null);
        // This is asked with every message, and there mostly is none.
        if (_entries.Count == 0) return false;
        if (_entries.FirstOrDefault(entry => entry is { ToEvaluate: not null, EvaluationId: 0 }) is not { } entry) return false;
        id = entry.EvaluationId = ++_lastEvaluation;
        (epoch, network) = (entry.Epoch, entry.ToEvaluate!.Retain());
        return true;
    }

    /// <summary>An epoch has been measured; false if nobody waits for that number.</summary>
    public bool TryEndEvaluation(long id, double score, double loss, double seconds, IReadOnlyList<double>? further = null)
    {
        if (Find(id) is not { } entry) return false;
        entry.Metrics = entry.Metrics with { TestScore = score, TestFurther = further, TestLoss = loss, EvaluateSeconds = seconds };
        entry.EndEvaluation();
        return true;
    }

    /// <summary>Whether an epoch is being measured under that number.</summary>
    public bool IsEvaluating(long id) => Find(id) is not null;

    /// <summary>What was being measured has to be asked for again.</summary>
    public void RepeatEvaluations()
    {
        foreach (var entry in _entries) entry.EvaluationId = 0;
    }

    /// <summary>Nobody measures any more.</summary>
    public void AbandonEvaluations()
    {
        foreach (var entry in _entries) entry.EndEvaluation();
    }

    /// <summary>The epoch that was measured under that number diverged: it and those after it do not come out.</summary>
    public void DropFrom(long evaluationId)
    {
        if (Find(evaluationId) is not { } first) return;
        while (_entries.Last!.Value is var last)
        {
            _entries.RemoveLast();
            last.Dispose();
            if (last == first) return;
        }
    }

    /// <summary>The topologies have evolved after an epoch.</summary>
    public void Evolve(int epoch, EvolutionSummary evolution, double seconds, Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (_entries.FirstOrDefault(entry => entry.Epoch == epoch) is not { } entry) return;
        var metrics = entry.Metrics;
        entry.Metrics = metrics with
        {
            Pruned = metrics.Pruned + evolution.PrunedCount,
            Grown = metrics.Grown + evolution.GrownCount,
            EvolveSeconds = metrics.EvolveSeconds + seconds,
            Connections = network.ConnectionCounts(),
            Density = network.Spec.Density(network.ConnectionCounts()),
            LivingNeurons = network.LivingNeuronCounts(),
        };
    }

    /// <summary>
    /// The oldest epoch, if all is known of it, as those before <paramref name="evolvedEpochs"/> need not evolve any more; the caller
    /// disposes of the state.
    /// </summary>
    public bool TryTake(
        int evolvedEpochs, [NotNullWhen(true)] out EpochMetrics? metrics, [NotNullWhen(true)] out RunState? state, out bool isBest)
    {
        (metrics, state, isBest) = (null, null, false);
        if (_entries.First is not { Value: { ToEvaluate: null } entry } || entry.Epoch >= evolvedEpochs) return false;
        _entries.RemoveFirst();
        isBest = entry.Metrics.TestScore is { } score && _scoreKind.IsBetter(score, BestScore);
        if (isBest) BestScore = entry.Metrics.TestScore;
        if (entry.Metrics is { EvaluatedOn: EvaluationRole.Validation, TestScore: not null })
            Validation = ValidationProgress.After(Validation, entry.Metrics.Epoch, isBest);
        metrics = entry.Metrics with { BestTestScore = BestScore };
        state = entry.State with { BestScore = BestScore, Validation = Validation };
        return true;
    }

    /// <summary>Something is being written, under a new number.</summary>
    public long BeginWrite()
    {
        _unwritten.Add(++_lastWrite);
        return _lastWrite;
    }

    /// <summary>It is written, or could not be; false if nobody waits for that number.</summary>
    public bool TryEndWrite(long id) => _unwritten.Remove(id);

    /// <summary>The writer is gone, and what it had with it; false if it had nothing.</summary>
    public bool LoseWrites()
    {
        var had = IsWriting;
        _unwritten.Clear();
        return had;
    }

    /// <summary>Epochs that have not come out do not any more.</summary>
    public void Drop()
    {
        foreach (var entry in _entries) entry.Dispose();
        _entries.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();

    // Those that are still to be asked for have number 0.
    private JournalEntry? Find(long id) =>
        id == 0 ? null : _entries.FirstOrDefault(entry => entry.EvaluationId == id && entry.ToEvaluate is not null);
}
