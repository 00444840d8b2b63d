using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators;

/// <summary>The products of one sparse linear map of neurons, on the threads of a pass, and the index that the way back may need.</summary>
internal sealed unsafe class SparseMap : IDisposable
{
    private TransposedIndex? _index;
    private DenseBlock? _zeros;

    /// <summary>Bytes held.</summary>
    internal long Bytes => (_index?.Bytes ?? 0) + (_zeros?.Bytes ?? 0);

    /// <summary>The biases of <paramref name="pass"/>, or zeros in their place where the node has none.</summary>
    internal DenseBlock BiasesOf(OperatorPass pass) =>
        pass.Dense.Count > 0 ? pass.Dense[0] : _zeros ??= new(pass.Sparse[0].Topology.OutputCount);

    /// <summary>
    /// The gradients of the connections and, where <paramref name="inputDelta"/> is given, by the input. Which way is taken depends on the
    /// shapes alone, never on the number of threads, because the two round differently.
    /// </summary>
    internal void Backward(
        OperatorPass pass, SparseKernels kernels, SparseBlock weights, ActivationMatrix input, ActivationMatrix delta,
        ActivationMatrix? inputDelta, NativeBuffer<float> gradients)
    {
        var isIndexed = TransposedIndex.IsWorthwhile(weights.Topology, input.Capacity);
        var index = inputDelta is not null && isIndexed ? IndexOf(weights.Topology) : null;
        pass.RunEach((pass, kernels, weights, input, delta, inputDelta, gradients, index), static (all, member) =>
        {
            var (weights, input, delta, inputDelta) = (all.weights, all.input, all.delta, all.inputDelta);
            var (firstRow, endRow) = all.pass.Share(weights.Topology.OutputCount, member);
            var (firstColumn, endColumn) = all.pass.Share(weights.Topology.InputCount, member);
            var gradients = all.gradients.Pointer;
            if (inputDelta is not null && all.index is null)
            {
                all.kernels.DifferentiateAndPropagate(weights, input, delta, inputDelta, gradients, (int)firstColumn, (int)endColumn);
                return;
            }
            if (inputDelta is null) all.kernels.Differentiate(weights.Topology, input, delta, gradients, (int)firstRow, (int)endRow);
            else
            {
                all.kernels.DifferentiateAndPropagate(
                    weights, all.index!, input, delta, inputDelta, gradients, (int)firstColumn, (int)endColumn);
            }
        });
    }

    /// <summary>
    /// As above for the node's own block and matrices, with samples in 16 bits. For maps whose way back is a gather
    /// (<see cref="TransposedIndex.IsWorthwhile"/>).
    /// </summary>
    internal void Backward(OperatorPass pass, SparseKernels kernels, HalfActivations input, HalfActivations delta)
    {
        var (weights, inputDelta) = (pass.Sparse[0], pass.InputDeltas[0]);
        if (inputDelta is null)
        {
            Differentiate(pass, kernels, weights.Topology, input, delta, pass.SparseGradients[0]);
            return;
        }
        pass.Run(
            (kernels, weights, index: IndexOf(weights.Topology), input, delta, inputDelta, gradients: pass.SparseGradients[0]),
            weights.Topology.InputCount, static (all, first, end) => all.kernels.DifferentiateAndPropagate(
                all.weights, all.index, all.input, all.delta, all.inputDelta, all.gradients.Pointer, (int)first, (int)end));
    }

    /// <summary>The gradients of the connections of <paramref name="topology"/>, with samples in 16 bits.</summary>
    internal static void Differentiate(
        OperatorPass pass, SparseKernels kernels, Topology topology, HalfActivations input, HalfActivations delta,
        NativeBuffer<float> gradients) =>
        pass.Run((kernels, topology, input, delta, gradients), topology.OutputCount, static (all, first, end) =>
            all.kernels.Differentiate(all.topology, all.input, all.delta, all.gradients.Pointer, (int)first, (int)end));

    /// <summary>The gradients of the connections of <paramref name="topology"/>, whether the map has them or not.</summary>
    internal static void Differentiate(
        OperatorPass pass, SparseKernels kernels, Topology topology, ActivationMatrix input, ActivationMatrix delta,
        NativeBuffer<float> gradients) =>
        pass.Run((kernels, topology, input, delta, gradients), topology.OutputCount, static (all, first, end) =>
            all.kernels.Differentiate(all.topology, all.input, all.delta, all.gradients.Pointer, (int)first, (int)end));

    /// <summary>The index of <paramref name="topology"/>, kept until it is another's.</summary>
    internal TransposedIndex IndexOf(Topology topology)
    {
        if (_index is { } known && known.IsOf(topology)) return known;
        _index?.Dispose();
        return _index = new(topology);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _index?.Dispose();
        _zeros?.Dispose();
    }
}
