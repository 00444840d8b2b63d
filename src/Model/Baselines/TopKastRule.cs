using System.Globalization;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// Top-KAST (Jayakumar, Pascanu, Rae, Osindero, Elsen, "Top-KAST: Top-K Always Sparse Training", NeurIPS 2020): all weights exist. The
/// largest of every block are the network; the next largest do not take part in a forward pass but get gradients, by which they may come to
/// be among the largest; the others wait (gse specification, section 4).
/// </summary>
internal sealed record TopKastRule : IDenseRule
{
    /// <summary>Name as recipes write it.</summary>
    public const string RuleName = "top-kast";

    /// <summary>Share of the training in which the sets are chosen anew after every update.</summary>
    internal const double RestlessShare = 0.1;

    /// <summary>Forward sets that lack the share <paramref name="sparsity"/> of every block, chosen anew when <paramref name="options"/> say.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public TopKastRule(double sparsity, GuidedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (sparsity == 0)
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"rule {RuleName}: sparsity {sparsity}: expected above 0"));
        (Sparsity, Options) = (sparsity, options);
    }

    /// <summary>Share of every block that is not in its forward set.</summary>
    public double Sparsity { get; }

    /// <summary>Updates between choices, and connections that get gradients for each one in the forward set.</summary>
    public GuidedOptions Options { get; }

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public bool EvolvesAfterEpochs => false;

    /// <summary>Nothing beside what <see cref="TopKastRun"/> does after updates.</summary>
    public NetworkEvolution Evolve(NetworkSnapshot network) => NetworkEvolution.OfHiddenLayers(network, _ => null);

    /// <inheritdoc/>
    public DenseRun Begin(DenseRunContext context) => new TopKastRun(this, context);

    /// <summary>Whether the sets are chosen anew after update <paramref name="update"/>, counted from 0.</summary>
    internal bool IsRefreshDue(long update, long updatesTotal) =>
        update < RestlessShare * updatesTotal || (update + 1) % Options.Interval == 0;

    /// <summary>Connections in the forward set of a block of <paramref name="possible"/>, and in forward and backward set together.</summary>
    internal (long Forward, long Both) Counts(long possible)
    {
        var forward = Math.Max(1, FullNetwork.Count(possible, Sparsity));
        return (forward, Math.Min(possible, forward + (long)Math.Round(Options.GrowSubset * forward)));
    }
}
