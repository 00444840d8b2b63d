namespace ActorSparse.Model.Recovery;

/// <summary>How hard thresholding of a network with several outputs goes (MLP-IHT, arXiv 2509.20323, vector outputs).</summary>
internal sealed record VectorIhtOptions
{
    /// <summary>Hidden neurons, m.</summary>
    public required int Neurons { get; init; }

    /// <summary>Weights kept of both layers together, s.</summary>
    public required int Budget { get; init; }

    /// <summary>Passes over the samples.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Whether the loss is cross-entropy after softmax; else half the squared error.</summary>
    public bool IsCrossEntropy { get; init; }

    /// <summary>
    /// The size of every step; null: the squared norm of the gradient over the loss's second derivative along it, on the support and as many
    /// candidates.
    /// </summary>
    public double? StepSize { get; init; }

    /// <summary>
    /// Whether a step keeps the weights of the largest updates summed since the beginning, by a count-sketch; else the largest weights.
    /// </summary>
    public bool RanksByUpdates { get; init; }

    /// <summary>Whether neurons without weights get new random ones with every pass; else with the first only.</summary>
    public bool RevivesEveryPass { get; init; }

    /// <summary>Chunks of samples in a batch, one step each; 0: all samples.</summary>
    public int ChunksPerBatch { get; init; }

    /// <summary>Whether the best of all passes is returned, where a pass is one step; else the last.</summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Of random weights and of the sketch.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The step size of the reference, which is for pixels from 0 to 255.</summary>
    public double ReferenceStepSize => IsCrossEntropy ? 0.001 : Budget < 6 * Math.Pow(Neurons, 0.536) ? 2 : 0.005;

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public void Validate()
    {
        if (Neurons < 1) throw new InvalidInputException($"{Neurons} hidden neurons: expected at least 1");
        if (Budget < 2) throw new InvalidInputException($"{Budget} weights: expected at least 2, one of each layer");
        if (Steps < 1) throw new InvalidInputException($"{Steps} steps: expected at least 1");
    }
}
