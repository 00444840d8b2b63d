using ActorSparse.Model.Evolution.Guided;

namespace ActorSparse.Model.Evolution;

/// <summary>All topology rules by the names that recipes and command lines use.</summary>
internal static class TopologyRules
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["set", "set-zero", "static", "gse-uniform", "gse-grabo", "gse-graest", "rigl"];

    /// <summary>
    /// The rule called <paramref name="name"/>: SET with <paramref name="zeta"/>, guided rules with <paramref name="guided"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no such rule, or a value that it needs is out of range.</exception>
    public static ITopologyRule Create(string name, double zeta, GuidedOptions guided) => name switch
    {
        "set" => new SetRule(zeta),
        "set-zero" => new SetRule(zeta, isGentle: true),
        "static" => new StaticRule(),
        "gse-uniform" => new GseRule(Guidance.Uniform, guided),
        "gse-grabo" => new GseRule(Guidance.GraBo, guided),
        "gse-graest" => new GseRule(Guidance.GraEst, guided),
        "rigl" => new RigLRule(guided),
        _ => throw new InvalidInputException($"rule '{name}': expected one of {string.Join(", ", Names)}"),
    };
}
