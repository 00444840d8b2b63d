using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Kernels;

/// <summary>A bit for every neuron and sample of a layer: bit b mod 8 of byte b / 8 of the neuron's row.</summary>
internal sealed unsafe class BitPlane : IDisposable
{
    private readonly NativeBuffer<byte> _bytes;

    /// <summary>Room for the samples of <paramref name="matrix"/>, padding included; all bits zero.</summary>
    public BitPlane(ActivationMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Stride = (matrix.Stride + 7) / 8;
        _bytes = new((long)matrix.Neurons * Stride);
    }

    /// <summary>Bytes from one neuron to the next.</summary>
    public int Stride { get; }

    /// <summary>Bytes held.</summary>
    public long Bytes => _bytes.Bytes;

    /// <summary>The first byte of <paramref name="neuron"/>.</summary>
    public byte* Row(long neuron) => _bytes.Pointer + neuron * Stride;

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();
}
