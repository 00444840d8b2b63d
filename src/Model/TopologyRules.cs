using ActorSparse.Model.Baselines;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;

namespace ActorSparse.Model;

/// <summary>All topology rules by the names that recipes and command lines use.</summary>
internal static class TopologyRules
{
    private static readonly string[] s_guided = ["prune-fraction", "evolve-every", "evolve-until", "budget"];

    private static readonly RuleEntry[] s_rules =
    [
        new("set", settings => new SetRule(settings.Zeta)) { Options = ["zeta"] },
        new("set-zero", settings => new SetRule(settings.Zeta, isGentle: true)) { Options = ["zeta"] },
        new("static", _ => new StaticRule()),
        new("gse-uniform", settings => new GseRule(Guidance.Uniform, settings.Guided)) { Options = [.. s_guided, "grow-subset"] },
        new("gse-grabo", settings => new GseRule(Guidance.GraBo, settings.Guided)) { Options = [.. s_guided, "grow-subset"] },
        new("gse-graest", settings => new GseRule(Guidance.GraEst, settings.Guided)) { Options = [.. s_guided, "grow-subset"] },
        new("rigl", settings => new RigLRule(settings.Guided)) { Options = s_guided },
        .. DenseBaselines.All,
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_rules.Select(rule => rule.Name)];

    /// <summary>The names of those under which a network is never dense.</summary>
    public static IReadOnlyList<string> SparseNames { get; } = [.. s_rules.Where(rule => !rule.NeedsDenseMemory).Select(rule => rule.Name)];

    /// <summary>Options that are of some rules only.</summary>
    public static IReadOnlyList<string> Options { get; } = [.. s_rules.SelectMany(rule => rule.Options).Distinct()];

    /// <summary>The names of the rules that <paramref name="option"/> is of.</summary>
    public static IReadOnlyList<string> With(string option) =>
        [.. s_rules.Where(rule => rule.Options.Contains(option)).Select(rule => rule.Name)];

    /// <summary>
    /// The rule called <paramref name="name"/>: SET with <paramref name="zeta"/>, guided rules with <paramref name="guided"/>, those that
    /// prune dense networks down to <paramref name="sparsity"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no such rule, or a value that it needs is missing or out of range.</exception>
    public static ITopologyRule Create(string name, double zeta, GuidedOptions guided, double? sparsity = null) =>
        Array.Find(s_rules, rule => rule.Name == name)?.Create(new(zeta, guided, sparsity))
            ?? throw new InvalidInputException($"rule '{name}': expected one of {string.Join(", ", Names)}");
}
