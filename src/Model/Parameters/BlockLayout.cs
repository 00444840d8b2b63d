namespace ActorSparse.Model.Parameters;

/// <summary>What one block of parameters is, apart from its numbers.</summary>
public sealed record BlockLayout
{
    private BlockLayout(string name, bool isSparse, int rows, int columns) =>
        (Name, Title, IsSparse, Rows, Columns) = (name, name, isSparse, rows, columns);

    /// <summary>What checkpoints call it; no other block of the network has this name.</summary>
    public string Name { get; }

    /// <summary>Whether it has a topology, which may evolve.</summary>
    public bool IsSparse { get; }

    /// <summary>Outputs of a sparse block; the length of a dense one.</summary>
    public int Rows { get; }

    /// <summary>Inputs of a sparse block; 1 for a dense one.</summary>
    public int Columns { get; }

    /// <summary>Rows and columns of the kernels whose places are the inputs of a sparse block; 0 if it has no kernels.</summary>
    public int Kernel { get; init; }

    /// <summary>What messages call the part of the network it belongs to; its name if nothing else is said.</summary>
    public string Title { get; init; }

    /// <summary>Whether weight decay acts on it.</summary>
    public bool Decays { get; init; } = true;

    /// <summary>
    /// What every number of a dense block begins with; null where that is left to the network's initialiser, as for biases.
    /// </summary>
    public float? InitialValue { get; init; }

    /// <summary>
    /// Whether it is no parameter but what batches showed, such as a mean: its "gradient" is a batch's value, and an update moves it a tenth
    /// of the way there. A dense block otherwise: sent, averaged and saved as others are.
    /// </summary>
    public bool IsRunningAverage { get; private init; }

    /// <summary>What messages call it, its kernels and what it begins with make no difference.</summary>
    public bool Equals(BlockLayout? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();

    private (string, bool, int, int, bool, bool) Key => (Name, IsSparse, Rows, Columns, Decays, IsRunningAverage);

    /// <summary>A sparse linear map.</summary>
    public static BlockLayout Sparse(string name, int outputs, int inputs) => new(name, true, outputs, inputs);

    /// <summary>A vector.</summary>
    public static BlockLayout Dense(string name, int length) => new(name, false, length, 1);

    /// <summary>A vector that follows what batches show.</summary>
    public static BlockLayout RunningAverage(string name, int length) =>
        new(name, false, length, 1) { IsRunningAverage = true, Decays = false };
}
