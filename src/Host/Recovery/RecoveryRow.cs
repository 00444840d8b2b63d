namespace ActorSparse.Host.Recovery;

/// <summary>One recovery and what it gave: a row of recovery.csv.</summary>
internal sealed record RecoveryRow
{
    /// <summary>The method, with the number of weights that it may keep.</summary>
    public required string Method { get; init; }

    /// <summary>Neurons of a hidden layer, m.</summary>
    public required int Neurons { get; init; }

    /// <summary>Weights that were planted or asked for, s.</summary>
    public required int Nonzeros { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Weights that it may keep.</summary>
    public required int Budget { get; init; }

    /// <summary>Weights that it has.</summary>
    public long Weights { get; init; }

    /// <summary>Neurons that have some.</summary>
    public int LivingNeurons { get; init; }

    /// <summary>Peak signal-to-noise ratio on the samples it was fitted to, in decibels; null of classes.</summary>
    public double? Psnr { get; init; }

    /// <summary>The same on samples that it has not seen.</summary>
    public double? TestPsnr { get; init; }

    /// <summary>Relative error of the weights, neurons in any order; null where nothing was planted, or with several layers or outputs.</summary>
    public double? WeightError { get; init; }

    /// <summary>Whether that is within the tolerance.</summary>
    public bool? IsExact { get; init; }

    /// <summary>The score on the test or validation samples; fit only.</summary>
    public double? Score { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }
}
