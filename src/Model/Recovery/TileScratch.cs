using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>Room of one thread for what it computes of a tile.</summary>
internal sealed unsafe class TileScratch : IDisposable
{
    /// <summary>Neurons that are correlated with features in one go: what they are masked to fits into the second-level cache.</summary>
    internal const int GroupNeurons = 16;

    private readonly NativeBuffer<double> _numbers;
    private readonly NativeBuffer<byte> _gates = new(GroupNeurons * TileKernels.GateBytes);
    private readonly int _outputs;

    /// <summary>Room for so many outputs.</summary>
    public TileScratch(int outputs)
    {
        _outputs = outputs;
        _numbers = new((GroupNeurons + 2 + 2 * outputs) * (long)TileKernels.Lanes);
    }

    /// <summary>Masked values of a group of neurons.</summary>
    public double* Group => _numbers.Pointer;

    /// <summary>A row of lanes.</summary>
    public double* Row => Group + GroupNeurons * TileKernels.Lanes;

    /// <summary>Another.</summary>
    public double* Other => Row + TileKernels.Lanes;

    /// <summary>A row for every output.</summary>
    public double* Outputs => Other + TileKernels.Lanes;

    /// <summary>Another row for every output.</summary>
    public double* Changes => Outputs + _outputs * TileKernels.Lanes;

    /// <summary>Gates of a group of neurons.</summary>
    public byte* Gates => _gates.Pointer;

    /// <summary>Sets the rows of all outputs to 0.</summary>
    public void ClearOutputs() => new Span<double>(Outputs, 2 * _outputs * TileKernels.Lanes).Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        _numbers.Dispose();
        _gates.Dispose();
    }
}
