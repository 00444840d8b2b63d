using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Runs networks: forward, backward and update of one batch, on threads of its own. The results depend neither on the number of threads
/// nor on their timing. One caller at a time.
/// </summary>
public sealed unsafe class NetworkCompute : IDisposable
{
    private readonly ThreadTeam _team;
    private TransposedIndex?[] _indices = [];

    /// <summary>Uses <paramref name="kernels"/>, or the best ones, on <paramref name="threads"/> threads, the caller's included.</summary>
    public NetworkCompute(SparseKernels? kernels = null, int threads = 1)
    {
        Kernels = kernels ?? SparseKernels.Best;
        _team = new(threads);
    }

    /// <summary>The instruction set in use.</summary>
    public SparseKernels Kernels { get; }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Threads => _team.Size;

    /// <summary>From <see cref="Workspace.Input"/> to <see cref="Workspace.Output"/>, without dropout.</summary>
    public void Forward(Network network, Workspace workspace) => Forward(network, workspace, 0, 0, training: false);

    /// <summary>
    /// As <see cref="Forward(Network, Workspace)"/>, with inverted dropout on hidden activations, keeping what <see cref="Backward"/>
    /// needs. The dropout mask is a pure function of <paramref name="dropoutKey"/>, layer, neuron and sample.
    /// </summary>
    public void ForwardTraining(Network network, Workspace workspace, float dropout, ulong dropoutKey) =>
        Forward(network, workspace, dropout, dropoutKey, training: true);

    /// <summary>
    /// The mean loss over the batch of the last forward pass: the sum over the samples of weight(class) * loss, divided by B.
    /// </summary>
    /// <param name="network">The network of the forward pass.</param>
    /// <param name="workspace">What the forward pass left, before a backward pass.</param>
    /// <param name="labels">Class of each of the B samples; for a single output 0 or 1.</param>
    /// <param name="classWeights">A weight for each class; empty for 1.</param>
    public static double Loss(Network network, Workspace workspace, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(workspace);
        CheckLabels(network.Spec, workspace, labels, classWeights);
        return new OutputLoss(network.Spec, workspace).Evaluate(labels, classWeights);
    }

    /// <summary>
    /// The gradients of the mean loss after <see cref="ForwardTraining"/> with the same network, unchanged since; returns that loss, as
    /// <see cref="Loss"/> does. The gradient by the input is not computed.
    /// </summary>
    public double Backward(
        Network network, Workspace workspace, ReadOnlySpan<int> labels, Gradients gradients, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var loss = Loss(network, workspace, labels, classWeights);
        if (workspace.Functions.Length != network.Layers.Count - 1)
            throw new InvalidOperationException("a backward pass needs a forward pass for training before it");
        gradients.FitTo(network);
        var last = network.Layers.Count - 1;
        new OutputLoss(network.Spec, workspace).Differentiate(labels, classWeights);
        for (var index = last; index >= 0; index--) BackwardLayer(network, workspace, gradients, index);
        return loss;
    }

    /// <summary>
    /// After <see cref="Backward"/>: the gradient of the mean loss by each connection of <paramref name="topology"/>, whether the network has it or
    /// not. A connection gets the same bits here as if it were one of the network's own, at value 0.
    /// </summary>
    /// <param name="topology">Connections in the shape of weight layer <paramref name="layer"/>.</param>
    /// <param name="workspace">What the backward pass left.</param>
    /// <param name="layer">Which weight layer, counted from 0.</param>
    /// <param name="gradients">Takes a gradient for each connection, in their order.</param>
    public void Differentiate(Topology topology, Workspace workspace, int layer, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(gradients);
        var (input, delta) = (workspace.Activations[layer], workspace.Delta(layer));
        ArgumentOutOfRangeException.ThrowIfNotEqual(topology.InputCount, input.Neurons);
        ArgumentOutOfRangeException.ThrowIfNotEqual(topology.OutputCount, delta.Neurons);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradients.Length, topology.ConnectionCount);
        var kernels = Kernels.ForStride(input.Stride);
        _team.Run(member =>
        {
            var (first, end) = Share(topology.OutputCount, member);
            kernels.Differentiate(topology, input, delta, gradients.Pointer, (int)first, (int)end);
        });
    }

    /// <summary>One optimiser step on every connection and bias.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void Update(Network network, Gradients gradients, in SgdStep step)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(gradients);
        for (var index = 0; index < network.Layers.Count; index++)
            if (gradients.TopologyIds[index] != network.Layers[index].Topology.Id)
                throw new InvalidOperationException($"layer {index}: the gradients belong to another topology");
        var copy = step;
        _team.Run(member =>
        {
            for (var index = 0; index < network.Layers.Count; index++)
            {
                var layer = network.Layers[index];
                UpdateShare(layer.Values, layer.Velocities, gradients.Values[index], member, copy);
                UpdateShare(layer.Biases, layer.BiasVelocities, gradients.Biases[index], member, copy);
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        foreach (var index in _indices) index?.Dispose();
    }

    /// <summary>The sparse products of a forward pass and nothing else, for benchmarks.</summary>
    internal void ForwardProducts(Network network, Workspace workspace)
    {
        var kernels = Kernels.ForStride(workspace.Input.Stride);
        for (var index = 0; index < network.Layers.Count; index++)
        {
            var (layer, input, output) = (network.Layers[index], workspace.Activations[index], workspace.Activations[index + 1]);
            _team.Run(member =>
            {
                var (first, end) = Share(layer.Topology.OutputCount, member);
                kernels.Forward(layer, input, output, (int)first, (int)end);
            });
        }
    }

    /// <summary>
    /// The sparse products of a backward pass and nothing else, for benchmarks; the first layer's gradient by its input is left out.
    /// </summary>
    internal void BackwardProducts(Network network, Workspace workspace, Gradients gradients)
    {
        var kernels = Kernels.ForStride(workspace.Input.Stride);
        for (var index = network.Layers.Count - 1; index >= 0; index--)
        {
            var (layer, input, delta) = (network.Layers[index], workspace.Activations[index], workspace.Delta(index));
            var inputDelta = index == 0 ? null : workspace.Delta(index - 1);
            BackwardProducts(kernels, layer, input, delta, inputDelta, gradients.Values[index], index);
        }
    }

    private void Forward(Network network, Workspace workspace, float dropout, ulong dropoutKey, bool training)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(workspace);
        CheckShape(network, workspace);
        var layers = network.Layers;
        var kernels = Kernels.ForStride(workspace.Input.Stride);
        var activation = network.Spec.HiddenActivation;
        var functions = new NeuronFunction[layers.Count - 1];
        for (var index = 0; index < functions.Length; index++)
            functions[index] = new(activation.Kind, activation.NegativeSlope(index + 1), Dropout.At(dropout, dropoutKey, index));
        workspace.Functions = training ? functions : [];
        for (var index = 0; index < layers.Count; index++)
        {
            var (layer, input, output) = (layers[index], workspace.Activations[index], workspace.Activations[index + 1]);
            output.SetBatch(workspace.Batch);
            var isHidden = index < functions.Length;
            var function = isHidden ? functions[index] : default;
            var positive = isHidden && training && function.NeedsSign ? workspace.Positive(index) : null;
            var kept = isHidden && function.Dropout.IsActive ? workspace.Kept(index) : null;
            _team.Run(member =>
            {
                var (first, end) = Share(layer.Topology.OutputCount, member);
                kernels.Forward(layer, input, output, (int)first, (int)end);
                if (isHidden) kernels.Activate(function, output, positive, kept, (int)first, (int)end);
            });
        }
        new OutputLoss(network.Spec, workspace).Activate(kernels);
    }

    private void BackwardLayer(Network network, Workspace workspace, Gradients gradients, int index)
    {
        var (layer, input, delta) = (network.Layers[index], workspace.Activations[index], workspace.Delta(index));
        var inputDelta = index == 0 ? null : workspace.Delta(index - 1);
        inputDelta?.SetBatch(workspace.Batch);
        var function = index == 0 ? default : workspace.Functions[index - 1];
        var positive = index > 0 && function.NeedsSign ? workspace.Positive(index - 1) : null;
        var kernels = Kernels.ForStride(input.Stride);
        var kept = index > 0 && function.Dropout.IsActive ? workspace.Kept(index - 1) : null;
        BackwardProducts(kernels, layer, input, delta, inputDelta, gradients.Values[index], index);
        _team.Run(member =>
        {
            var (first, end) = Share(layer.Topology.OutputCount, member);
            kernels.SumSamples(delta, gradients.Biases[index].Pointer, (int)first, (int)end);
            if (inputDelta is null) return;
            (first, end) = Share(layer.Topology.InputCount, member);
            kernels.MultiplyByDerivative(function, input, positive, kept, inputDelta, (int)first, (int)end);
        });
    }

    // Which way is taken depends on the shapes alone, never on the number of threads, because the two round differently.
    private void BackwardProducts(
        SparseKernels kernels, SparseLayer layer, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix? inputDelta,
        NativeBuffer<float> gradients, int layerIndex)
    {
        var topology = layer.Topology;
        var isIndexed = TransposedIndex.IsWorthwhile(topology, input.Capacity);
        var transposed = inputDelta is not null && isIndexed ? IndexOf(topology, layerIndex) : null;
        _team.Run(member =>
        {
            var (firstRow, endRow) = Share(topology.OutputCount, member);
            var (firstColumn, endColumn) = Share(topology.InputCount, member);
            if (inputDelta is not null && transposed is null)
            {
                kernels.DifferentiateAndPropagate(layer, input, delta, inputDelta, gradients.Pointer, (int)firstColumn, (int)endColumn);
                return;
            }
            kernels.Differentiate(topology, input, delta, gradients.Pointer, (int)firstRow, (int)endRow);
            if (inputDelta is not null) kernels.Propagate(layer, transposed!, delta, inputDelta, (int)firstColumn, (int)endColumn);
        });
    }

    private TransposedIndex IndexOf(Topology topology, int layerIndex)
    {
        if (_indices.Length <= layerIndex) Array.Resize(ref _indices, layerIndex + 1);
        if (_indices[layerIndex] is { } known && known.TopologyId == topology.Id) return known;
        _indices[layerIndex]?.Dispose();
        return _indices[layerIndex] = new(topology);
    }

    private void UpdateShare(
        NativeBuffer<float> values, NativeBuffer<float> velocities, NativeBuffer<float> gradients, int member, in SgdStep step)
    {
        var (first, end) = Share(values.Length, member);
        Kernels.Update(values.Pointer + first, velocities.Pointer + first, gradients.Pointer + first, end - first, step);
    }

    private (long First, long End) Share(long count, int member) => (count * member / Threads, count * (member + 1) / Threads);

    private static void CheckShape(Network network, Workspace workspace)
    {
        var sizes = network.Spec.LayerSizes;
        if (workspace.Activations.Count != sizes.Count || !workspace.Activations.Select(a => a.Neurons).SequenceEqual(sizes))
            throw new ArgumentException("the workspace was made for a network of another shape", nameof(workspace));
        if (network.Spec.HiddenActivation.Kind == ActivationKind.Softmax)
            throw new InvalidInputException("activation softmax: expected in the output layer only");
        if (network.Spec.Loss != LossKind.CrossEntropy) return;
        var output = network.Spec.OutputActivation.Kind;
        if (output != ActivationKind.Sigmoid && (output != ActivationKind.Softmax || sizes[^1] == 1))
            throw new InvalidInputException(
                $"cross-entropy with output activation {network.Spec.OutputActivation} and {sizes[^1]} outputs: " +
                "expected softmax over several outputs, or sigmoid");
    }

    private static void CheckLabels(NetworkSpec spec, Workspace workspace, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights)
    {
        if (labels.Length != workspace.Batch)
            throw new ArgumentException($"{labels.Length} labels for a batch of {workspace.Batch} samples", nameof(labels));
        var classes = spec.LayerSizes[^1] == 1 ? 2 : spec.LayerSizes[^1];
        if (!classWeights.IsEmpty && classWeights.Length != classes)
            throw new ArgumentException($"{classWeights.Length} class weights for {classes} classes", nameof(classWeights));
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), label, $"a label must be 0 to {classes - 1} for {spec.LayerSizes[^1]} outputs");
            }
        }
    }
}
