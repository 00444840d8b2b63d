using System.Globalization;

namespace ActorSparse.Model.Training;

/// <summary>
/// How gradients become steps. Momentum SGD (wasap specification, section 2): v = mu v - eta g, w = w + v - lambda w; with Nesterov's
/// momentum w = w + mu v - eta g - lambda w. AdamW (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2): the mean of the gradients
/// divided by the root of their mean square, times eta.
/// </summary>
public sealed record OptimizerOptions
{
    /// <summary>Which rule.</summary>
    public OptimizerKind Kind { get; init; }

    /// <summary>Learning rate eta that the schedule starts from.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Momentum mu, 0 to below 1; AdamW's beta 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>AdamW's beta 2, the decay of the mean square of gradients, 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>
    /// Weight decay lambda of one step: decoupled and not multiplied by the learning rate. It falls as the schedule does, so that weights
    /// do not shrink when they are hardly learnt any more.
    /// </summary>
    public double WeightDecay { get; init; } = 0.0002;

    /// <summary>Gradients of a larger Euclidean norm are scaled down to it; infinity for no bound.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Whether momentum is Nesterov's.</summary>
    public bool Nesterov { get; init; }

    /// <summary>How the learning rate changes over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>The same with <paramref name="scale"/> times the learning rate.</summary>
    internal OptimizerOptions Scaled(double scale) => this with { LearningRate = LearningRate * scale };

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public void Validate()
    {
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "learning rate", LearningRate, "a positive number");
        Require(Momentum is >= 0 and < 1, "momentum", Momentum, "0 to below 1");
        Require(Beta2 is >= 0 and < 1, "beta 2", Beta2, "0 to below 1");
        Require(WeightDecay is >= 0 and < 1, "weight decay", WeightDecay, "0 to below 1");
        Require(ClipNorm > 0, "clip norm", ClipNorm, "a positive number");
    }

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds) throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{what} {value}: expected {expected}"));
    }
}
