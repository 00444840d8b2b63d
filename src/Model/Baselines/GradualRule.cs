using System.Globalization;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// Gradual magnitude pruning (Zhu, Gupta, "To prune, or not to prune", arXiv 1710.01878) along half a cosine (gse specification, section 4):
/// a dense network loses its smallest weights, those of all blocks together, at every evolution, and none grows.
/// </summary>
internal sealed record GradualRule : IDenseRule
{
    /// <summary>Name as recipes write it.</summary>
    public const string RuleName = "gradual";

    /// <summary>Prunes down to <paramref name="sparsity"/>, when <paramref name="options"/> say.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public GradualRule(double sparsity, GuidedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (Sparsity, Options) = (sparsity, options);
    }

    /// <summary>Share of all connections that go.</summary>
    public double Sparsity { get; }

    /// <summary>When.</summary>
    public GuidedOptions Options { get; }

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public bool EvolvesAfterEpochs => false;

    /// <inheritdoc/>
    public bool IsDue(long update, long updatesTotal) => Options.IsDue(update, updatesTotal);

    /// <summary>Share of all connections that is gone after update <paramref name="update"/>: s (1 - cos(pi t / T_end)) / 2.</summary>
    public double SparsityAt(long update, long updatesTotal)
    {
        var end = Options.End(updatesTotal);
        return update < end ? Sparsity * (1 - (1 + Math.Cos(Math.PI * update / end)) / 2) : Sparsity;
    }

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var possible = network.Blocks.Sum(block => (double)block.Topology.InputCount * block.Topology.OutputCount);
        var count = FullNetwork.Count(possible, SparsityAt(network.Update, network.UpdatesTotal));
        return new(GlobalPruning.Keep(
            [.. network.Blocks.Select(block => block.Topology)], [.. network.Blocks.Select(block => block.Values)], count));
    }

    /// <inheritdoc/>
    public void CheckFits(NetworkSpec spec, long updatesTotal)
    {
        if (EndOfPruning(updatesTotal) > 0) return;
        throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
            $"rule {RuleName}: prunes every {Options.Interval} of the first {Options.End(updatesTotal)} updates, and so never; "
                + $"expected more epochs, or a shorter interval (--evolve-every)"));
    }

    /// <inheritdoc/>
    public DenseRun Begin(DenseRunContext context) => new Run(this, context);

    // Updates after the last that prunes.
    private long EndOfPruning(long updatesTotal) => Options.End(updatesTotal) / Options.Interval * Options.Interval;

    private sealed class Run(GradualRule rule, DenseRunContext context) : DenseRun(context)
    {
        public override void BeginRound(int round) => FullNetwork.Fill(Context.Network, Context.Random);

        public override bool IsSparse(long updateCount) => updateCount >= rule.EndOfPruning(Context.UpdatesTotal);
    }
}
