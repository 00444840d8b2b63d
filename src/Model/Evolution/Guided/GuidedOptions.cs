using System.Globalization;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>How much guided rules replace and when; the defaults are the reference's (gse specification, section 2.1).</summary>
public sealed record GuidedOptions
{
    // Keeps 0.2 * 15 at 3 where its product in binary is a little more or less.
    private const double CountTolerance = 1e-9;

    /// <summary>Candidates drawn for each connection of a layer, gamma.</summary>
    public double GrowSubset { get; init; } = 1;

    /// <summary>Fraction of the connections that the first evolution replaces, alpha; it falls along half a cosine.</summary>
    public double PruneFraction { get; init; } = 0.2;

    /// <summary>Updates from one evolution to the next, T.</summary>
    public int Interval { get; init; } = 1000;

    /// <summary>Fraction of all updates after which nothing evolves any more.</summary>
    public double Until { get; init; } = 0.6;

    /// <summary>What stays constant.</summary>
    public ConnectionBudget Budget { get; init; } = ConnectionBudget.Layer;

    /// <summary>Whether there is an evolution with update <paramref name="update"/>, counted from 0.</summary>
    public bool IsDue(long update, long updatesTotal) => (update + 1) % Interval == 0 && update < End(updatesTotal);

    /// <summary>
    /// The fraction to replace at update <paramref name="update"/>: alpha / 2 * (1 + cos(pi t / T_end)), 0 from T_end on.
    /// </summary>
    public double FractionAt(long update, long updatesTotal)
    {
        var end = End(updatesTotal);
        return update < end ? PruneFraction / 2 * (1 + Math.Cos(Math.PI * update / end)) : 0;
    }

    /// <summary>
    /// How many of <paramref name="connectionCount"/> connections a <paramref name="fraction"/> is: rounded up for a layer, down for the
    /// whole network.
    /// </summary>
    public long Quota(long connectionCount, double fraction) => (long)(Budget == ConnectionBudget.Layer
        ? Math.Ceiling(fraction * connectionCount - CountTolerance)
        : Math.Floor(fraction * connectionCount + CountTolerance));

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public void Validate()
    {
        Require(GrowSubset > 0 && double.IsFinite(GrowSubset), "grow subset", GrowSubset, "a positive number");
        Require(PruneFraction is >= 0 and <= 1, "prune fraction", PruneFraction, "0 to 1");
        Require(Interval >= 1, "evolution interval", Interval, "at least 1 update");
        Require(Until is >= 0 and <= 1, "end of evolution", Until, "a fraction of the training from 0 to 1");
    }

    /// <summary>Updates after which nothing evolves any more.</summary>
    internal long End(long updatesTotal) => (long)Math.Round(Until * updatesTotal);

    private static void Require(bool holds, string what, double value, string expected)
    {
        if (!holds) throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{what} {value}: expected {expected}"));
    }
}
