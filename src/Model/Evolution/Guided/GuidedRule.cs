namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Prunes the smallest weights of all layers, the output layer included, and grows connections by the gradients that they would have
/// in one batch. What differs between the rules is which absent connections they look at.
/// </summary>
/// <remarks>
/// <see cref="Evolve"/> does all of it where the batch is. Its four steps can also be done in different places: whoever has the batch
/// measures and differentiates, whoever has the network draws and selects. They give the same bits.
/// </remarks>
public abstract record GuidedRule : ITopologyRule
{
    /// <summary>Creates the rule.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    protected GuidedRule(GuidedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
    }

    /// <summary>How much is replaced and when.</summary>
    public GuidedOptions Options { get; }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public bool EvolvesAfterEpochs => false;

    /// <summary>Whether <see cref="Draw"/> looks at the sums of a batch; if not, it does with an empty list.</summary>
    public abstract bool NeedsSums { get; }

    /// <inheritdoc/>
    public bool IsDue(long update, long updatesTotal) => Options.IsDue(update, updatesTotal);

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Evidence is not { } evidence) throw new ArgumentException($"{Name} needs the evidence of a batch", nameof(network));
        if (Fraction(network) == 0) return new(new Sparse.TopologyChange?[network.Layers.Count]);

        using var candidates = Draw(network, NeedsSums ? Measure(evidence, network.Layers.Count) : []);
        Differentiate(network, candidates);
        return Select(network, candidates);
    }

    /// <summary>What a batch tells about the neurons beside each of the layers, O(B * neurons).</summary>
    public abstract IReadOnlyList<NeuronSums?> Measure(BatchEvidence evidence, int layerCount);

    /// <summary>
    /// Candidates of every layer of a snapshot, from the sums of a batch; without gradients yet. The caller owns them.
    /// </summary>
    public abstract CandidateSet Draw(NetworkSnapshot network, IReadOnlyList<NeuronSums?> sums);

    /// <summary>
    /// Computes the gradients of <paramref name="candidates"/> from the evidence of a snapshot, the one they were drawn for.
    /// </summary>
    public abstract void Differentiate(NetworkSnapshot network, CandidateSet candidates);

    /// <summary>The change of every layer of the snapshot that the candidates were drawn for. The caller owns them.</summary>
    /// <exception cref="TrainingDivergedException">A candidate's gradient is not finite.</exception>
    public NetworkEvolution Select(NetworkSnapshot network, CandidateSet candidates)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(candidates);
        return new(GuidedSelection.Select(network.Layers, candidates.Layers, Options, Fraction(network)), candidates.Cost);
    }

    /// <summary>Fraction of the connections that the evolution of this snapshot replaces.</summary>
    protected double Fraction(NetworkSnapshot network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Options.FractionAt(network.Update, network.UpdatesTotal);
    }
}
