using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Guided stochastic exploration (Heddes et al., "Always-sparse training by growing connections with guided stochastic exploration",
/// arXiv 2401.06898): gradients are computed for a random subset of the absent connections only, as many as there are connections times
/// <see cref="GuidedOptions.GrowSubset"/>, which keeps training linear in neurons and connections.
/// </summary>
public sealed record GseRule : GuidedRule
{
    /// <summary>Creates the rule.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public GseRule(Guidance guidance, GuidedOptions options) : base(options)
    {
        Guidance = guidance;
    }

    /// <summary>How candidates are drawn.</summary>
    public Guidance Guidance { get; }

    /// <inheritdoc/>
    public override string Name => NameOf(Guidance);

    /// <summary>Name of the rule with that guidance.</summary>
    public static string NameOf(Guidance guidance) => guidance switch
    {
        Guidance.Uniform => "gse-uniform",
        Guidance.GraBo => "gse-grabo",
        Guidance.GraEst => "gse-graest",
        _ => throw new ArgumentOutOfRangeException(nameof(guidance)),
    };

    /// <inheritdoc/>
    internal override Candidates? Find(NetworkSnapshot network, BatchEvidence evidence, int layer, double fraction)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(evidence);
        var snapshot = network.Blocks[layer];
        var candidates = CandidateSampler.Draw(snapshot, evidence.Sums(Guidance, layer), Options.GrowSubset);
        candidates?.Differentiate(evidence, layer, SumsCost(snapshot.Topology, evidence.TermsPerGradient(layer)));
        return candidates;
    }

    // Signs take a multiplication and an addition, magnitudes an addition.
    private EvolutionCost SumsCost(Topology layer, int samples)
    {
        if (Guidance == Guidance.Uniform) return default;
        var neurons = (long)layer.InputCount + layer.OutputCount;
        return new()
        {
            FloatingPointOperations = (Guidance == Guidance.GraEst ? 2 : 1) * neurons * samples,
            WorkspaceBytes = neurons * sizeof(double),
        };
    }
}
