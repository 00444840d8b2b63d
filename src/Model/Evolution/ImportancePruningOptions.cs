using System.Globalization;

namespace ActorSparse.Model.Evolution;

/// <summary>When and how hard importance pruning strikes during training (wasap specification, section 4).</summary>
public sealed record ImportancePruningOptions
{
    /// <summary>The specification's defaults for training with workers; those for one trainer are the properties'.</summary>
    public static ImportancePruningOptions Parallel { get; } = new() { Interval = 20, Percentile = 10 };

    /// <summary>Epochs to train before the first pruning, tau.</summary>
    public int StartEpoch { get; init; } = 200;

    /// <summary>Epochs from one pruning to the next, p.</summary>
    public int Interval { get; init; } = 10;

    /// <summary>Percentile q of the living neurons' importance at or below which a neuron goes, 0 to 100.</summary>
    public double Percentile { get; init; } = 20;

    /// <summary>Fraction of a layer's neurons that live on whatever their importance; at least one neuron does.</summary>
    public double MinimumLiving { get; init; } = 0.01;

    /// <summary>Whether neurons are pruned after epoch <paramref name="epoch"/>, counted from 0.</summary>
    public bool IsDue(int epoch) => epoch + 1 >= StartEpoch && (epoch + 1 - StartEpoch) % Interval == 0;

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public void Validate()
    {
        Require(StartEpoch >= 1, "start epoch", StartEpoch, "at least 1");
        Require(Interval >= 1, "interval", Interval, "at least 1 epoch");
        Require(Percentile is >= 0 and <= 100, "percentile", Percentile, "0 to 100");
        Require(MinimumLiving is >= 0 and <= 1, "minimum living", MinimumLiving, "a fraction from 0 to 1");
    }

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds)
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"importance pruning {what} {value}: expected {expected}"));
    }
}
