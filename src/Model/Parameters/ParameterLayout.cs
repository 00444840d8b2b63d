namespace ActorSparse.Model.Parameters;

/// <summary>Which blocks of parameters a network has, in the order in which they are computed with. Equal if all blocks are.</summary>
public sealed class ParameterLayout : IEquatable<ParameterLayout>
{
    /// <summary>The layout of <paramref name="blocks"/>.</summary>
    /// <exception cref="ArgumentException">Two have one name.</exception>
    public ParameterLayout(IEnumerable<BlockLayout> blocks)
    {
        Blocks = [.. blocks];
        Sparse = [.. Blocks.Where(block => block.IsSparse)];
        Dense = [.. Blocks.Where(block => !block.IsSparse)];
        foreach (var names in Blocks.GroupBy(block => block.Name))
            if (names.Count() > 1) throw new ArgumentException($"two blocks are called '{names.Key}'", nameof(blocks));
    }

    /// <summary>All blocks.</summary>
    public IReadOnlyList<BlockLayout> Blocks { get; }

    /// <summary>Those with a topology.</summary>
    public IReadOnlyList<BlockLayout> Sparse { get; }

    /// <summary>Those without.</summary>
    public IReadOnlyList<BlockLayout> Dense { get; }

    /// <summary>Connections that there could be at most.</summary>
    public double PossibleConnections => Sparse.Sum(block => (double)block.Rows * block.Columns);

    /// <inheritdoc/>
    public bool Equals(ParameterLayout? other) =>
        ReferenceEquals(this, other) || (other is not null && Blocks.SequenceEqual(other.Blocks));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => Blocks.Aggregate(0, HashCode.Combine);
}
