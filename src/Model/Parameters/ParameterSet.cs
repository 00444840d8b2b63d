using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Parameters;

/// <summary>
/// All parameters of one replica of a network, as blocks. Updates, averages, topology rules, checkpoints and messages know a network as
/// this and nothing of what is computed with it.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    /// <summary>Takes over <paramref name="blocks"/>, which must be those of <paramref name="layout"/>.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal ParameterSet(ParameterLayout layout, IReadOnlyList<ParameterBlock> blocks)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count != layout.Blocks.Count)
            throw new ArgumentException($"{blocks.Count} blocks; the layout has {layout.Blocks.Count}", nameof(blocks));
        for (var index = 0; index < blocks.Count; index++)
            if (!Fits(blocks[index], layout.Blocks[index]))
                throw new ArgumentException($"block {index} is not what the layout calls '{layout.Blocks[index].Name}'", nameof(blocks));
        Layout = layout;
        Blocks = blocks;
        Sparse = [.. blocks.OfType<SparseBlock>()];
        Dense = [.. blocks.OfType<DenseBlock>()];
    }

    /// <summary>Parameters that are all 0, of sparse blocks with <paramref name="topologies"/>, which it retains.</summary>
    /// <exception cref="ArgumentException">They are not those of <paramref name="layout"/>.</exception>
    internal static ParameterSet Zero(ParameterLayout layout, IReadOnlyList<Topology> topologies)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(topologies);
        if (topologies.Count != layout.Sparse.Count)
            throw new ArgumentException($"{topologies.Count} topologies; the layout has {layout.Sparse.Count}", nameof(topologies));
        var next = 0;
        ParameterBlock[] blocks = [.. layout.Blocks.Select(block =>
            block.IsSparse ? (ParameterBlock)new SparseBlock(topologies[next++]) : new DenseBlock(block.Rows))];
        try
        {
            return new(layout, blocks);
        }
        catch
        {
            foreach (var block in blocks) block.Dispose();
            throw;
        }
    }

    /// <summary>What the blocks are.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>All blocks, in the order of the layout.</summary>
    public IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>The blocks with a topology.</summary>
    public IReadOnlyList<SparseBlock> Sparse { get; }

    /// <summary>The blocks without.</summary>
    public IReadOnlyList<DenseBlock> Dense { get; }

    /// <summary>Number of stored connections of all blocks.</summary>
    public long ConnectionCount => Sparse.Sum(block => (long)block.Topology.ConnectionCount);

    /// <summary>Bytes held, shared topologies included.</summary>
    public long Bytes => Blocks.Sum(block => block.Bytes);

    /// <summary>Whether every block has second moments.</summary>
    internal bool HasSecondMoments => Blocks.All(block => block.SecondMoments is not null);

    /// <summary>Makes this set equal to <paramref name="source"/>, topologies included.</summary>
    /// <exception cref="ArgumentException">It is of another layout.</exception>
    internal void CopyFrom(ParameterSet source)
    {
        CheckLayout(source);
        for (var index = 0; index < Sparse.Count; index++) Sparse[index].CopyFrom(source.Sparse[index]);
        for (var index = 0; index < Dense.Count; index++) Dense[index].CopyFrom(source.Dense[index]);
    }

    /// <summary>Takes the values of <paramref name="source"/>, and its momentum only where a topology is another one.</summary>
    /// <exception cref="ArgumentException">It is of another layout.</exception>
    internal void CopyValuesFrom(ParameterSet source)
    {
        CheckLayout(source);
        for (var index = 0; index < Sparse.Count; index++)
        {
            SparseBlock from = source.Sparse[index], to = Sparse[index];
            if (from.Topology.IsSame(to.Topology)) to.Values.CopyFrom(from.Values);
            else to.CopyFrom(from);
        }
        for (var index = 0; index < Dense.Count; index++) Dense[index].Values.CopyFrom(source.Dense[index].Values);
    }

    /// <summary>Sets momentum to 0 and forgets second moments, as if no step had been made.</summary>
    internal void ForgetMomentum()
    {
        foreach (var block in Blocks) block.ForgetMomentum();
    }

    /// <summary>Makes room for second moments in every block, all 0, where there is none yet.</summary>
    internal void EnsureSecondMoments()
    {
        // With every step: an enumerator would be garbage.
        for (var index = 0; index < Blocks.Count; index++) Blocks[index].EnsureSecondMoments();
    }

    /// <summary>A set of its own with the same parameters.</summary>
    internal ParameterSet Clone() => new(Layout, [.. Blocks.Select(block => (ParameterBlock)(block switch
    {
        SparseBlock sparse => sparse.Clone(),
        DenseBlock dense => dense.Clone(),
        _ => throw new InvalidOperationException($"{block.GetType().Name} is no block of parameters"),
    }))]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in Blocks) block.Dispose();
    }

    private void CheckLayout(ParameterSet source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Layout.Equals(Layout)) throw new ArgumentException("the parameters are of another layout", nameof(source));
    }

    private static bool Fits(ParameterBlock block, BlockLayout layout) => block switch
    {
        SparseBlock { Topology: var topology } =>
            layout.IsSparse && topology.OutputCount == layout.Rows && topology.InputCount == layout.Columns,
        _ => !layout.IsSparse && block.Values.Length == layout.Rows,
    };
}
