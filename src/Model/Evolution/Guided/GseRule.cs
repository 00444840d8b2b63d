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
    public override bool NeedsSums => Guidance != Guidance.Uniform;

    /// <inheritdoc/>
    public override IReadOnlyList<NeuronSums?> Measure(BatchEvidence evidence, int layerCount)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return [.. Enumerable.Range(0, layerCount).Select(layer => evidence.Sums(Guidance, layer))];
    }

    /// <inheritdoc/>
    public override CandidateSet Draw(NetworkSnapshot network, IReadOnlyList<NeuronSums?> sums)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(sums);
        if (NeedsSums) ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Count, network.Layers.Count);
        return new([.. network.Layers.Select((layer, index) =>
            CandidateSampler.Draw(layer, NeedsSums ? sums[index] : null, Options.GrowSubset))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(NetworkSnapshot network, CandidateSet candidates)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(candidates);
        for (var layer = 0; layer < candidates.Layers.Count; layer++)
            candidates.Layers[layer]?.Differentiate(
                network.Evidence!, layer, SumsCost(network.Layers[layer].Topology, network.Evidence!.SampleCount));
    }

    // Signs take a multiplication and an addition, magnitudes an addition.
    private EvolutionCost SumsCost(Topology layer, int samples)
    {
        if (!NeedsSums) return default;
        var neurons = (long)layer.InputCount + layer.OutputCount;
        return new()
        {
            FloatingPointOperations = (Guidance == Guidance.GraEst ? 2 : 1) * neurons * samples,
            WorkspaceBytes = neurons * sizeof(double),
        };
    }
}
