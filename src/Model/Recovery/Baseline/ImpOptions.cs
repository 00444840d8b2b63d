namespace ActorSparse.Model.Recovery.Baseline;

/// <summary>How iterative magnitude pruning goes.</summary>
internal sealed record ImpOptions
{
    /// <summary>Neurons of each hidden layer, m.</summary>
    public required int Neurons { get; init; }

    /// <summary>Hidden layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Passes over the samples in each round.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>Tiles of samples in a batch, one step of Adam each; 0: all samples.</summary>
    public int BatchTiles { get; init; }

    /// <summary>Passes after the cut that reaches a requested number of weights, before its score; those that follow begin without them.</summary>
    public int RetrainEpochs { get; init; }

    /// <summary>Whether output weights are cut and counted as all others; else they are free where there is one output.</summary>
    public bool PrunesOutputs { get; init; } = true;

    /// <summary>Adam's rate.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Whether the loss is cross-entropy after softmax; else it is squared.</summary>
    public bool IsCrossEntropy { get; init; }

    /// <summary>Threads; results do not depend on them.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Of the first weights and of the order of batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// A fairer comparison than the paper's: many steps of Adam in a pass, at a rate that fits them, training after the last cut, and output
    /// weights that cost nothing, as with hard thresholding.
    /// </summary>
    public ImpOptions Fairer() => this with
    {
        BatchTiles = 1, RetrainEpochs = 10 * Epochs, PrunesOutputs = false, LearningRate = 0.02,
    };
}
