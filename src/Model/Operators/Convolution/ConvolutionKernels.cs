using System.Runtime.Intrinsics;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>The products of one convolution in one instruction set, on the threads of a team.</summary>
internal abstract unsafe class ConvolutionKernels : IDisposable
{
    /// <summary>z = W * x + b for the batch; biases may be null. Lanes beyond the batch become zero.</summary>
    internal abstract void Forward(SparseBlock weights, DenseBlock? biases, ActivationMatrix input, ActivationMatrix output);

    /// <summary>dX, the gradient by the input, or what is there and dX. Lanes beyond the batch become zero.</summary>
    internal abstract void Propagate(SparseBlock weights, ActivationMatrix delta, ActivationMatrix inputDelta, bool isAdded = false);

    /// <summary>
    /// <see cref="Propagate"/> and <see cref="Differentiate"/> of the weights' own connections, which together take less time.
    /// </summary>
    internal abstract void Backward(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients, bool isAdded);

    /// <summary>dW, the gradient by each connection of the topology.</summary>
    internal abstract void Differentiate(Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients);

    /// <summary>Sums over positions and samples, for channels <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    internal abstract void SumChannels(ActivationMatrix delta, float* sums, int first, int end);

    /// <summary>Bytes held.</summary>
    internal abstract long Bytes { get; }

    /// <inheritdoc/>
    public virtual void Dispose() { }

    /// <summary>
    /// The kernels in the same instruction set as <paramref name="kernels"/>. Two quads of positions, or three of one, fill
    /// the registers of the narrower vectors, of which many processors have 16 only.
    /// </summary>
    internal static ConvolutionKernels Create(
        SparseKernels kernels, ConvolutionShape shape, int capacity, ThreadTeam team) => kernels.Name switch
    {
        "512" => new VectorConvolution<Isa512, Vector512<float>, FourQuads<Isa512, Vector512<float>>, TwoQuads<Isa512, Vector512<float>>>(
            shape, capacity, team, quads: 4),
        "256" => new VectorConvolution<Isa256, Vector256<float>, TwoQuads<Isa256, Vector256<float>>, OneQuad<Isa256, Vector256<float>>>(
            shape, capacity, team, quads: 2),
        "128" => new VectorConvolution<Isa128, Vector128<float>, TwoQuads<Isa128, Vector128<float>>, OneQuad<Isa128, Vector128<float>>>(
            shape, capacity, team, quads: 2),
        _ => new ScalarConvolution(shape, team),
    };
}
