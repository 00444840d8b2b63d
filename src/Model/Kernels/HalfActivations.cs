using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// The activations of a matrix, or gradients by them, in 16 bits (bfloat16), two to a word of 32: a vector of words has one vector of
/// samples in its low halves and the next one in its high halves. A whole word read as a float is the sample of its high half: that half is
/// chosen so that it is as near to it as 16 bits allow, whatever the low half. So reading costs a shift for every second sample only.
/// </summary>
internal sealed unsafe class HalfActivations : IDisposable
{
    private readonly ActivationMatrix _matrix;
    private readonly NativeBuffer<float> _words;

    /// <summary>Room for what is in <paramref name="matrix"/>, whose batch it has.</summary>
    internal HalfActivations(ActivationMatrix matrix)
    {
        _matrix = matrix;
        // Whole cache lines and an odd number of them, as matrices have.
        const int LineWords = NativeBuffer<float>.AlignmentBytes / sizeof(float);
        (Neurons, Stride) = (matrix.Neurons, ((matrix.Capacity + 2 * LineWords - 1) / (2 * LineWords) | 1) * LineWords);
        _words = new((long)Neurons * Stride);
    }

    /// <summary>Number of rows.</summary>
    internal int Neurons { get; }

    /// <summary>Words from one neuron to the next.</summary>
    internal int Stride { get; }

    /// <summary>Samples in use.</summary>
    internal int Batch => _matrix.Batch;

    /// <summary>The first neuron's words.</summary>
    internal float* Pointer => _words.Pointer;

    /// <summary>Bytes held.</summary>
    internal long Bytes => _words.Bytes;

    /// <inheritdoc/>
    public void Dispose() => _words.Dispose();
}
