using System.Globalization;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// Ways to a sparse network through a dense one, as the literature has them to compare with (docs/baselines.md). Nothing else needs this
/// folder but the table of all rules.
/// </summary>
internal static class DenseBaselines
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        AtStart("snip", SnipPruning.Prune),
        AtStart("grasp", GraspPruning.Prune),
        AtStart("synflow", SynFlowPruning.Prune, spec => LinearisedNetwork.SpecOf(spec)),
        new(GradualRule.RuleName, settings => new GradualRule(SparsityOf(GradualRule.RuleName, settings), settings.Guided))
        {
            NeedsDenseMemory = true,
            Options = ["evolve-every", "evolve-until"],
        },
        new(TopKastRule.RuleName, settings => new TopKastRule(SparsityOf(TopKastRule.RuleName, settings), settings.Guided))
        {
            NeedsDenseMemory = true,
            Options = ["evolve-every", "grow-subset"],
        },
        new(LotteryRule.RuleName, settings => new LotteryRule(SparsityOf(LotteryRule.RuleName, settings))) { NeedsDenseMemory = true },
    ];

    private static RuleEntry AtStart(string name, PruneAtStart prune, Action<NetworkSpec>? check = null) =>
        new(name, settings => new StartPruningRule(name, SparsityOf(name, settings), prune) { Check = check }) { NeedsDenseMemory = true };

    private static double SparsityOf(string name, RuleSettings settings)
    {
        if (settings.Sparsity is not { } sparsity)
            throw new InvalidInputException($"rule {name}: expected a sparsity (--sparsity) to prune a dense network to");
        return sparsity is >= 0 and < 1 ? sparsity : throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"rule {name}: sparsity {sparsity}: expected a fraction from 0 to below 1"));
    }
}
