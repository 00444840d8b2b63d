using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators;

/// <summary>
/// One sparse linear map that many slices of a tensor share: the linear kernels, slice by slice. Gradients by the parameters are sums over
/// the slices in double precision. Threads share the slices, and for those sums the outputs.
/// </summary>
/// <param name="hasBias">Whether the map has biases.</param>
/// <param name="packs">
/// Whether a slice's neurons are far apart: then it is copied to where they are not, once for all the connections that read a neuron again.
/// </param>
internal sealed unsafe class SharedMap(bool hasBias, bool packs) : IDisposable
{
    // Times that a neuron must be read for its copy to be worth it.
    private const int ReadsPerCopy = 4;

    private readonly SparseMap _map = new();
    private readonly GradientSums _sums = new();
    private ActivationMatrix?[] _packedInputs = [], _packedDeltas = [];

    /// <summary>Bytes held.</summary>
    internal long Bytes => _map.Bytes + _sums.Bytes + _packedInputs.Concat(_packedDeltas).Sum(matrix => matrix?.Bytes ?? 0);

    /// <summary>
    /// From the slices of the input to those of the output; lanes beyond the batch are cleared where a bias reached them.
    /// </summary>
    internal void Forward(OperatorPass pass, ActivationMatrix[] inputs, ActivationMatrix[] outputs)
    {
        var (weights, kernels) = (pass.Sparse[0], pass.Kernels.ForStride(inputs[0].Stride));
        var isPacked = Room(ref _packedInputs, pass, inputs, weights.Topology.ConnectionCount);
        pass.RunEach((Map: this, pass, kernels, weights, biases: _map.BiasesOf(pass), inputs, outputs, isPacked), static (all, member) =>
        {
            var packed = all.isPacked ? all.Map._packedInputs[member] : null;
            var (slices, rows) = Shares(all.pass, all.inputs.Length, all.weights.Topology.OutputCount, member);
            for (var slice = slices.First; slice < slices.End; slice++)
                all.kernels.Forward(
                    all.weights, all.biases, Packed(all.inputs[slice], packed), all.outputs[slice], (int)rows.First, (int)rows.End);
        });
        if (hasBias) pass.Run(pass.Output, pass.Output.Neurons, static (output, first, end) => output.ClearPadding(first, end));
    }

    /// <summary>The gradients by the parameters and, where it is given, by the input.</summary>
    internal void Backward(OperatorPass pass, ActivationMatrix[] inputs, ActivationMatrix[] deltas, ActivationMatrix[]? inputDeltas)
    {
        var (weights, kernels) = (pass.Sparse[0], pass.Kernels.ForStride(deltas[0].Stride));
        Differentiate(pass, inputs, deltas, weights.Topology, pass.SparseGradients[0]);
        if (hasBias) SumBiases(pass, kernels, deltas);
        if (inputDeltas is null) return;
        var isPacked = Room(ref _packedDeltas, pass, deltas, weights.Topology.ConnectionCount);
        var index = _map.IndexOf(weights.Topology);
        pass.RunEach((Map: this, pass, kernels, weights, index, deltas, inputDeltas, isPacked), static (all, member) =>
        {
            var packed = all.isPacked ? all.Map._packedDeltas[member] : null;
            var (slices, columns) = Shares(all.pass, all.deltas.Length, all.weights.Topology.InputCount, member);
            for (var slice = slices.First; slice < slices.End; slice++)
                all.kernels.Propagate(
                    all.weights, all.index, Packed(all.deltas[slice], packed), all.inputDeltas[slice], (int)columns.First,
                    (int)columns.End);
        });
    }

    /// <summary>The gradients of the connections of <paramref name="topology"/>, whether the map has them or not.</summary>
    internal void Differentiate(
        OperatorPass pass, ActivationMatrix[] inputs, ActivationMatrix[] deltas, Topology topology, NativeBuffer<float> gradients)
    {
        var kernels = pass.Kernels.ForStride(inputs[0].Stride);
        _sums.Fit(topology.ConnectionCount);
        var isPacked = Room(ref _packedInputs, pass, inputs, topology.ConnectionCount);
        pass.RunEach((Map: this, pass, kernels, topology, inputs, deltas, gradients, isPacked), static (all, member) =>
        {
            var (map, topology) = (all.Map, all.topology);
            var packed = all.isPacked ? map._packedInputs[member] : null;
            var (first, end) = all.pass.Share(topology.OutputCount, member);
            long start = topology.RowStart(first), stop = topology.RowStart(end);
            for (var slice = 0; slice < all.inputs.Length; slice++)
            {
                var input = Packed(all.inputs[slice], packed);
                all.kernels.Differentiate(topology, input, all.deltas[slice], all.gradients.Pointer, (int)first, (int)end);
                map._sums.Add(all.gradients, start, stop);
            }
            map._sums.Take(all.gradients, start, stop);
        });
    }

    /// <summary>Products that the gradient of a connection is the sum of: one for each lane of each slice.</summary>
    internal static int TermsPerGradient(ActivationMatrix[] slices) => slices.Sum(slice => slice.Batch);

    /// <summary>For each neuron of a slice the sum over all slices and lanes, as <see cref="Operator.SumTerms"/> says.</summary>
    internal static void SumTerms(ActivationMatrix[] slices, ReadOnlySpan<float> signs, Span<double> sums)
    {
        sums.Clear();
        var first = 0;
        foreach (var slice in slices)
        {
            var ofSlice = signs.IsEmpty ? signs : signs.Slice(first, slice.Batch);
            for (var neuron = 0; neuron < sums.Length; neuron++) sums[neuron] += GuidanceSums.Sum(slice.Row(neuron), ofSlice);
            first += slice.Batch;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _map.Dispose();
        _sums.Dispose();
        foreach (var matrix in _packedInputs.Concat(_packedDeltas)) matrix?.Dispose();
    }

    private void SumBiases(OperatorPass pass, SparseKernels kernels, ActivationMatrix[] deltas)
    {
        _sums.Fit(deltas[0].Neurons);
        pass.Run((kernels, deltas, sums: _sums, gradients: pass.DenseGradients[0]), deltas[0].Neurons, static (all, first, end) =>
        {
            foreach (var delta in all.deltas)
            {
                all.kernels.SumSamples(delta, all.gradients.Pointer, (int)first, (int)end);
                all.sums.Add(all.gradients, first, end);
            }
            all.sums.Take(all.gradients, first, end);
        });
    }

    // Whole slices for each thread, or parts of every slice where there are fewer of them than threads.
    private static ((long First, long End) Slices, (long First, long End) Neurons) Shares(
        OperatorPass pass, int slices, int neurons, int member) => slices < pass.Threads
        ? ((0, slices), pass.Share(neurons, member))
        : (pass.Share(slices, member), (0, neurons));

    // Room for a slice's copy for each thread, if copies are worth it.
    private bool Room(ref ActivationMatrix?[] packed, OperatorPass pass, ActivationMatrix[] slices, int connections)
    {
        if (!packs || slices.Length == 1 || connections < (long)ReadsPerCopy * slices[0].Neurons) return false;
        if (packed.Length < pass.Threads) Array.Resize(ref packed, pass.Threads);
        for (var member = 0; member < pass.Threads; member++) packed[member] ??= new(slices[0].Neurons, slices[0].Batch);
        return true;
    }

    private static ActivationMatrix Packed(ActivationMatrix slice, ActivationMatrix? packed)
    {
        if (packed is null) return slice;
        packed.SetBatch(slice.Batch);
        var bytes = (long)slice.Batch * sizeof(float);
        for (long neuron = 0; neuron < slice.Neurons; neuron++)
            Buffer.MemoryCopy(slice.Pointer + neuron * slice.Stride, packed.Pointer + neuron * packed.Stride, bytes, bytes);
        return packed;
    }
}
