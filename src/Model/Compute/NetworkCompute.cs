using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Runs networks: forward, backward and update of one batch, on threads of its own. The results depend neither on the number of threads
/// nor on their timing. One caller at a time.
/// </summary>
public sealed unsafe partial class NetworkCompute : IDisposable
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
        Network network, Workspace workspace, ReadOnlySpan<int> labels, GradientSet gradients, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var loss = Loss(network, workspace, labels, classWeights);
        if (!workspace.IsTrainingPass)
            throw new InvalidOperationException("a backward pass needs a forward pass for training before it");
        gradients.FitTo(network.Parameters);
        var last = network.Parameters.Sparse.Count - 1;
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
        _team.Run((Compute: this, kernels, topology, input, delta, gradients), static (pass, member) =>
        {
            var (first, end) = pass.Compute.Share(pass.topology.OutputCount, member);
            pass.kernels.Differentiate(pass.topology, pass.input, pass.delta, pass.gradients.Pointer, (int)first, (int)end);
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
        for (var index = 0; index < network.Parameters.Sparse.Count; index++)
            ForwardProducts(kernels, network, workspace, index);
    }

    /// <summary>
    /// The sparse products of a backward pass and nothing else, for benchmarks; the first layer's gradient by its input is left out.
    /// </summary>
    internal void BackwardProducts(Network network, Workspace workspace, GradientSet gradients)
    {
        var kernels = Kernels.ForStride(workspace.Input.Stride);
        for (var index = network.Parameters.Sparse.Count - 1; index >= 0; index--)
        {
            var (weights, input, delta) = (network.Parameters.Sparse[index], workspace.Activations[index], workspace.Delta(index));
            var inputDelta = index == 0 ? null : workspace.Delta(index - 1);
            BackwardProducts(kernels, weights, input, delta, inputDelta, gradients.Sparse[index], index);
        }
    }

    private void Forward(Network network, Workspace workspace, float dropout, ulong dropoutKey, bool training)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(workspace);
        CheckShape(network, workspace);
        var kernels = Kernels.ForStride(workspace.Input.Stride);
        var activation = network.Spec.HiddenActivation;
        var functions = workspace.Functions;
        workspace.IsTrainingPass = training;
        for (var index = 0; index < functions.Length; index++)
            functions[index] = new(activation.Kind, activation.NegativeSlope(index + 1), Dropout.At(dropout, dropoutKey, index));
        for (var index = 0; index <= functions.Length; index++)
        {
            var (weights, biases) = (network.Parameters.Sparse[index], network.Parameters.Dense[index]);
            var (input, output) = (workspace.Activations[index], workspace.Activations[index + 1]);
            output.SetBatch(workspace.Batch);
            if (index == functions.Length)
            {
                ForwardProducts(kernels, network, workspace, index);
                continue;
            }
            var function = functions[index];
            var positive = training && function.NeedsSign ? workspace.Positive(index) : null;
            var kept = function.Dropout.IsActive ? workspace.Kept(index) : null;
            _team.Run((Compute: this, kernels, weights, biases, input, output, function, positive, kept), static (pass, member) =>
            {
                var (first, end) = pass.Compute.Share(pass.weights.Topology.OutputCount, member);
                pass.kernels.Forward(pass.weights, pass.biases, pass.input, pass.output, (int)first, (int)end);
                pass.kernels.Activate(pass.function, pass.output, pass.positive, pass.kept, (int)first, (int)end);
            });
        }
        new OutputLoss(network.Spec, workspace).Activate(kernels);
    }

    private void ForwardProducts(SparseKernels kernels, Network network, Workspace workspace, int index)
    {
        var (weights, biases) = (network.Parameters.Sparse[index], network.Parameters.Dense[index]);
        var (input, output) = (workspace.Activations[index], workspace.Activations[index + 1]);
        _team.Run((Compute: this, kernels, weights, biases, input, output), static (pass, member) =>
        {
            var (first, end) = pass.Compute.Share(pass.weights.Topology.OutputCount, member);
            pass.kernels.Forward(pass.weights, pass.biases, pass.input, pass.output, (int)first, (int)end);
        });
    }

    private void BackwardLayer(Network network, Workspace workspace, GradientSet gradients, int index)
    {
        var (weights, input, delta) = (network.Parameters.Sparse[index], workspace.Activations[index], workspace.Delta(index));
        var inputDelta = index == 0 ? null : workspace.Delta(index - 1);
        inputDelta?.SetBatch(workspace.Batch);
        var function = index == 0 ? default : workspace.Functions[index - 1];
        var positive = index > 0 && function.NeedsSign ? workspace.Positive(index - 1) : null;
        var kernels = Kernels.ForStride(input.Stride);
        var kept = index > 0 && function.Dropout.IsActive ? workspace.Kept(index - 1) : null;
        BackwardProducts(kernels, weights, input, delta, inputDelta, gradients.Sparse[index], index);
        var biases = gradients.Dense[index];
        _team.Run((Compute: this, kernels, delta, biases, function, input, positive, kept, inputDelta), static (pass, member) =>
        {
            var (first, end) = pass.Compute.Share(pass.delta.Neurons, member);
            pass.kernels.SumSamples(pass.delta, pass.biases.Pointer, (int)first, (int)end);
            if (pass.inputDelta is null) return;
            (first, end) = pass.Compute.Share(pass.input.Neurons, member);
            pass.kernels.MultiplyByDerivative(
                pass.function, pass.input, pass.positive, pass.kept, pass.inputDelta, (int)first, (int)end);
        });
    }

    // Which way is taken depends on the shapes alone, never on the number of threads, because the two round differently.
    private void BackwardProducts(
        SparseKernels kernels, SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix? inputDelta,
        NativeBuffer<float> gradients, int layerIndex)
    {
        var topology = weights.Topology;
        var isIndexed = TransposedIndex.IsWorthwhile(topology, input.Capacity);
        var transposed = inputDelta is not null && isIndexed ? IndexOf(topology, layerIndex) : null;
        _team.Run((Compute: this, kernels, weights, input, delta, inputDelta, gradients, transposed), static (pass, member) =>
        {
            var (weights, input, delta, inputDelta) = (pass.weights, pass.input, pass.delta, pass.inputDelta);
            var (firstRow, endRow) = pass.Compute.Share(weights.Topology.OutputCount, member);
            var (firstColumn, endColumn) = pass.Compute.Share(weights.Topology.InputCount, member);
            var gradients = pass.gradients.Pointer;
            if (inputDelta is not null && pass.transposed is null)
            {
                pass.kernels.DifferentiateAndPropagate(weights, input, delta, inputDelta, gradients, (int)firstColumn, (int)endColumn);
                return;
            }
            pass.kernels.Differentiate(weights.Topology, input, delta, gradients, (int)firstRow, (int)endRow);
            if (inputDelta is not null)
                pass.kernels.Propagate(weights, pass.transposed!, delta, inputDelta, (int)firstColumn, (int)endColumn);
        });
    }

    private TransposedIndex IndexOf(Topology topology, int layerIndex)
    {
        if (_indices.Length <= layerIndex) Array.Resize(ref _indices, layerIndex + 1);
        if (_indices[layerIndex] is { } known && known.IsOf(topology)) return known;
        _indices[layerIndex]?.Dispose();
        return _indices[layerIndex] = new(topology);
    }

    private (long First, long End) Share(long count, int member) => (count * member / Threads, count * (member + 1) / Threads);

    private static void CheckShape(Network network, Workspace workspace)
    {
        var sizes = network.Spec.LayerSizes;
        var isSame = workspace.Activations.Count == sizes.Count;
        for (var index = 0; isSame && index < sizes.Count; index++) isSame = workspace.Activations[index].Neurons == sizes[index];
        if (!isSame)
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
