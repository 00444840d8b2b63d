namespace ActorSparse.Model.Recovery;

/// <summary>How iterative hard thresholding goes (Blumensath 2012 on sparse networks; MLP-IHT, arXiv 2509.20323).</summary>
internal sealed record IhtOptions
{
    /// <summary>Hidden neurons, m.</summary>
    public required int Neurons { get; init; }

    /// <summary>Weights kept, s.</summary>
    public required int Budget { get; init; }

    /// <summary>Steps over the samples, T, for each hidden layer.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>Descents within a support after each step, K.</summary>
    public int InnerSteps { get; init; } = 10;

    /// <summary>How it descends.</summary>
    public DescentKind Descent { get; init; } = DescentKind.Conjugate;

    /// <summary>
    /// Whether the size of a step is measured on the support together with as many candidates, so that it stays defined where the gradient
    /// on the support has vanished; else on the support alone.
    /// </summary>
    public bool MeasuresCandidates { get; init; } = true;

    /// <summary>
    /// Whether the first step, which chooses a support, descends on it at once; else it moves by 1e-14 only and the next one descends.
    /// </summary>
    public bool MergesFirstStep { get; init; } = true;

    /// <summary>Whether gates stay those that were drawn: a linear model, which is no network of rectifiers.</summary>
    public bool HasFixedGates { get; init; }

    /// <summary>Whether the output weight of a neuron may be -1 as well as 1; else all are 1 and outputs never negative.</summary>
    public bool HasSigns { get; init; }

    /// <summary>Ends once the squared error is at most this share of the targets' squares; 0: never.</summary>
    public double Tolerance { get; init; }

    /// <summary>Whether the best of all steps is returned; else the last.</summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Of the generators that are drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public void Validate()
    {
        if (Neurons < 1) throw new InvalidInputException($"{Neurons} hidden neurons: expected at least 1");
        if (Budget < 1) throw new InvalidInputException($"{Budget} weights: expected at least 1");
        if (Steps < 1) throw new InvalidInputException($"{Steps} steps: expected at least 1");
        if (InnerSteps < 0) throw new InvalidInputException($"{InnerSteps} inner steps: expected none or more");
    }
}
