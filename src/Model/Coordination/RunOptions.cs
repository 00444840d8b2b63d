using System.Globalization;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Coordination;

/// <summary>How training is shared out among workers.</summary>
public sealed record RunOptions
{
    /// <summary>How phase one applies gradients.</summary>
    public TrainingMode Mode { get; init; } = TrainingMode.Wasap;

    /// <summary>Number of workers, K: parts of the training set, and local workers.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Share of the epochs that phase two has, rounded down.</summary>
    public double PhaseTwoFraction { get; init; } = 0.3;

    /// <summary>Whose topology evolves in phase two. With one worker both mean the same.</summary>
    public PhaseTwoTopology PhaseTwoTopology { get; init; } = PhaseTwoTopology.Shared;

    /// <summary>
    /// Rounds of phase two; each ends with an average. Null for one an epoch where the topology is shared, else for one in all.
    /// </summary>
    public int? Rounds { get; init; }

    /// <summary>
    /// Most batches that a worker trains on by itself in phase one before it sends by how much its parameters moved, H; 1 if it sends the
    /// gradient of each batch.
    /// </summary>
    public int LocalSteps { get; init; } = 1;

    /// <summary>Gradients staler than this many updates are refused; null for no bound.</summary>
    public long? StalenessMaxSteps { get; init; }

    /// <summary>A gradient of staleness s counts 1 / (1 + damping * s); 0 for full weight.</summary>
    public double StalenessDamping { get; init; }

    /// <summary>Epochs over which WSSP's learning rate rises from the rate itself to K times the rate.</summary>
    public int WarmUpEpochs { get; init; } = 5;

    /// <summary>In how many bits gradients of phase one travel between machines.</summary>
    public FloatFormat GradientFormat { get; init; }

    /// <summary>In how many bits parameters of phase one travel between machines.</summary>
    public FloatFormat ParameterFormat { get; init; }

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public void Validate()
    {
        if (Workers < 1) throw new InvalidInputException($"workers {Workers}: expected at least 1");
        if (!(PhaseTwoFraction is >= 0 and <= 1)) throw Error("phase two", PhaseTwoFraction, "a fraction from 0 to 1");
        if (Rounds < 1) throw new InvalidInputException($"rounds {Rounds}: expected at least 1");
        if (LocalSteps < 1) throw new InvalidInputException($"local steps {LocalSteps}: expected at least 1");
        if (LocalSteps > 1 && Mode == TrainingMode.Wssp)
            throw new InvalidInputException($"local steps {LocalSteps}: expected 1 in mode wssp, where every step waits for all workers");
        if (StalenessMaxSteps < 0) throw new InvalidInputException($"staleness bound {StalenessMaxSteps}: expected at least 0");
        if (!(StalenessDamping >= 0 && double.IsFinite(StalenessDamping))) throw Error("staleness damping", StalenessDamping, "at least 0");
        if (WarmUpEpochs < 0) throw new InvalidInputException($"warm-up epochs {WarmUpEpochs}: expected at least 0");
    }

    private static InvalidInputException Error(string what, double value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{what} {value}: expected {expected}"));
}
