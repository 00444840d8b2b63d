using System.Globalization;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>
/// Tells training that learns from training that is lost: numbers that are no longer finite, losses far above those of a guess, and networks
/// that fell back to one. All from counts that checkpoints hold, so that a run that goes on judges as one that never stopped.
/// </summary>
internal static class Divergence
{
    /// <summary>What the learning rate of a run that diverged is multiplied by when it is tried again, once.</summary>
    public const double RetryRateScale = 0.5;

    // So many times the loss of knowing nothing, or of the best epoch if that is higher, is no longer bad luck, once there are so many
    // batches. An untrained network may be far above on features that nobody scaled: in the first epoch only what explodes is lost.
    private const double FarAbove = 3;
    private const double FarAboveAtFirst = 1000;
    private const int BatchesMin = 20;

    // An epoch that was better than this had learnt something; one that is not better than that knows nothing any more.
    private const double Learnt = 0.9;
    private const double Guessing = 0.995;

    // A constant guess may be right a little more often than its share among the samples of whole batches.
    private const double Lucky = 1.05;

    private const string Advice = "; a lower learning rate or a longer warm-up may help";

    /// <summary>
    /// What is wrong with gradients and loss that would spoil the network, in a few words that name the layer; null if nothing is.
    /// </summary>
    public static string? OfGradients(ParameterSet parameters, GradientSet gradients, double meanLoss)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return OfBlock(parameters, FindBlock(gradients), meanLoss);
    }

    // Of the gradients of a block; of none if it is below 0.
    private static string? OfBlock(ParameterSet parameters, int block, double meanLoss)
    {
        if (block < 0 && double.IsFinite(meanLoss)) return null;
        var (layout, spoilt) = (parameters.Layout.Blocks, FindBlock(parameters));
        return spoilt >= 0 ? $"{layout[spoilt].Title} has weights that are not finite"
            : block >= 0 ? $"{layout[block].Title} has gradients that are not finite"
            : string.Create(CultureInfo.InvariantCulture, $"the loss is {meanLoss}");
    }

    /// <summary>Refuses gradients and loss that would spoil the network, naming the layer.</summary>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    public static void Check(ParameterSet parameters, GradientSet gradients, double meanLoss, int epoch, int batch)
    {
        if (OfGradients(parameters, gradients, meanLoss) is { } what)
            throw new TrainingDivergedException(Describe($"epoch {epoch + 1}, batch {batch + 1}", what));
    }

    /// <summary>The same, where it is known which sparse block's gradients are not finite: <paramref name="spoilt"/>, or -1 for none.</summary>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    public static void Check(ParameterSet parameters, int spoilt, double meanLoss, int epoch, int batch)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var block = spoilt < 0 ? -1 : parameters.Layout.Blocks.ToList().IndexOf(parameters.Layout.Sparse[spoilt]);
        if (OfBlock(parameters, block, meanLoss) is { } what)
            throw new TrainingDivergedException(Describe($"epoch {epoch + 1}, batch {batch + 1}", what));
    }

    /// <summary>
    /// What is wrong with a loss on the samples that epochs are evaluated on, in one line; null if nothing is. It can be infinite where no
    /// gradient is yet.
    /// </summary>
    /// <param name="meanLoss">Mean loss over these samples.</param>
    /// <param name="epoch">The epoch that ended, counted from 0.</param>
    /// <param name="role">Which samples.</param>
    public static string? OfEvaluationLoss(double meanLoss, int epoch, EvaluationRole role) => double.IsFinite(meanLoss) ? null
        : Describe($"epoch {epoch + 1}", string.Create(CultureInfo.InvariantCulture, $"the loss on the {role.Name()} samples is {meanLoss}"));

    /// <summary>
    /// What is wrong with the loss of an epoch that goes on, in one line: it is far above that of a network that knows nothing, and above
    /// that of the best epoch; null if nothing is, or if there are too few batches to tell.
    /// </summary>
    /// <param name="lossSum">Sum of the samples' losses so far.</param>
    /// <param name="sampleCount">Samples so far.</param>
    /// <param name="batches">Batches so far.</param>
    /// <param name="batchesPerEpoch">Batches of an epoch.</param>
    /// <param name="bestLoss">The lowest mean loss of the epochs before; null if there was none.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="guess">The losses to compare with.</param>
    public static string? OfLossSoFar(
        double lossSum, long sampleCount, int batches, int batchesPerEpoch, double? bestLoss, int epoch, GuessLoss guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        if (sampleCount == 0 || batches < Math.Min(batchesPerEpoch, BatchesMin)) return null;
        var loss = lossSum / sampleCount;
        var factor = bestLoss is null ? FarAboveAtFirst : FarAbove;
        var (limit, of) = bestLoss > guess.Alike ? (bestLoss.Value, "the best epoch") : (guess.Alike, guess.ScoreKind.Alike);
        return loss <= factor * limit ? null : Describe($"epoch {epoch + 1}", string.Create(CultureInfo.InvariantCulture,
            $"the loss is {loss:0.####}, more than {factor} times that of {of} ({limit:0.####})"));
    }

    /// <summary>
    /// What is wrong with the loss of a whole epoch, in one line: <see cref="OfLossSoFar"/>, or it is that of the best constant guess
    /// although an epoch before was better; null if nothing is. A network whose score is better than such a guess's has
    /// not fallen back to one, however high its loss rises for an epoch, as it does when many neurons are pruned.
    /// </summary>
    /// <param name="meanLoss">Mean loss over the epoch's samples.</param>
    /// <param name="score">Score on them.</param>
    /// <param name="bestLoss">The lowest of the epochs before; null if there was none.</param>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="guess">The losses to compare with.</param>
    public static string? OfEpochLoss(double meanLoss, double score, double? bestLoss, int epoch, GuessLoss guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        if (OfLossSoFar(meanLoss, 1, 1, 1, bestLoss, epoch, guess) is { } diverged) return diverged;
        if (!(meanLoss >= Guessing * guess.Best && bestLoss < Learnt * guess.Best)) return null;
        if (guess.IsBeatenBy(score, Lucky)) return null;
        return Describe($"epoch {epoch + 1}", string.Create(CultureInfo.InvariantCulture,
            $"the network fell back to a constant guess: the loss is {meanLoss:0.####}, that of the best guess {guess.Best:0.####}, "
                + $"and it had been {bestLoss:0.####}"));
    }

    /// <summary>How a run goes on that diverged for the first time, in one line.</summary>
    /// <param name="diverged">What was wrong.</param>
    /// <param name="epochsDone">Epochs done where it goes on.</param>
    /// <param name="updateCount">Updates applied there.</param>
    public static string DescribeRetry(string diverged, int epochsDone, long updateCount)
    {
        ArgumentNullException.ThrowIfNull(diverged);
        var from = updateCount == 0 ? "beginning again" : epochsDone == 0 ? "going on in epoch 1" : $"going on after epoch {epochsDone}";
        return $"{diverged.Replace(Advice, "", StringComparison.Ordinal)}; {from} at half the learning rate";
    }

    private static string Describe(string when, string what) => $"training diverged in {when}: {what}{Advice}";

    /// <summary>The first block with a parameter that is not finite; -1 if there is none.</summary>
    public static int FindBlock(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (var index = 0; index < parameters.Blocks.Count; index++)
            if (!FiniteCheck.IsFinite(parameters.Blocks[index].Values)) return index;
        return -1;
    }

    // The last block with a gradient that is not finite, where the backward pass met it first; -1 if there is none.
    private static int FindBlock(GradientSet gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        for (var index = gradients.Blocks.Count - 1; index >= 0; index--)
            if (!FiniteCheck.IsFinite(gradients.Blocks[index])) return index;
        return -1;
    }
}
