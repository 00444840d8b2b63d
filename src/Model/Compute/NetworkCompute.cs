using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Runs networks: forward, backward and update of one batch, on threads of its own. The results depend neither on the number of threads
/// nor on their timing. One caller at a time.
/// </summary>
internal sealed unsafe partial class NetworkCompute : IDisposable
{
    private readonly ThreadTeam _team;

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

    /// <summary>Is told of every node's passes; for benchmarks.</summary>
    internal INodeObserver? Observer { get; set; }

    /// <summary><see cref="Dataset.FillBatch"/>, the samples shared among the threads.</summary>
    internal void Fill(Dataset data, ReadOnlySpan<int> samples, ActivationMatrix batch, RandomSource? augmentation = null)
    {
        batch.SetBatch(samples.Length);
        fixed (int* pointer = samples)
        {
            _team.Run((Compute: this, data, Samples: (nint)pointer, samples.Length, batch, augmentation), static (all, member) =>
            {
                // Whole cache lines for each thread.
                const int Lanes = NativeBuffer<float>.AlignmentBytes / sizeof(float);
                var (firstLine, endLine) = all.Compute.Share((all.Length + Lanes - 1) / Lanes, member);
                int first = (int)firstLine * Lanes, count = Math.Min((int)endLine * Lanes, all.Length) - first;
                if (count > 0) all.data.FillPart(new((int*)all.Samples + first, count), all.batch, first, all.augmentation);
            });
        }
    }

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
    /// <param name="targets">Class of each of the B samples, for a single output 0 or 1; or what every output should be.</param>
    /// <param name="classWeights">A weight for each class; empty for 1.</param>
    public static double Loss(Network network, Workspace workspace, BatchTargets targets, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(workspace);
        CheckTargets(network.Spec, workspace, targets, classWeights);
        return new OutputLoss(network.Spec, workspace).Evaluate(targets, classWeights);
    }

    /// <summary>
    /// The gradients of the mean loss after <see cref="ForwardTraining"/> with the same network, unchanged since; returns that loss, as
    /// <see cref="Loss"/> does. The gradient by the input is not computed.
    /// </summary>
    public double Backward(
        Network network, Workspace workspace, BatchTargets targets, GradientSet gradients, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var loss = Loss(network, workspace, targets, classWeights);
        if (!workspace.IsTrainingPass)
            throw new InvalidOperationException("a backward pass needs a forward pass for training before it");
        gradients.FitTo(network.Parameters);
        new OutputLoss(network.Spec, workspace).Differentiate(targets, classWeights);
        var passes = workspace.Passes(_team, Kernels, isTraining: true);
        for (var index = passes.Count - 1; index >= 0; index--)
        {
            BlockSlices.Bind(passes[index], network.Parameters, gradients);
            Observer?.Begin();
            workspace.Operators[index].Backward(passes[index]);
            foreach (var (from, to) in workspace.Joins[index]) Add(from, to);
            Observer?.EndBackward(index);
        }
        return loss;
    }

    /// <summary>Whether <see cref="Descend"/> works on networks of the shape of <paramref name="spec"/> here.</summary>
    public bool CanDescend(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.IsChain && Kernels.ForStride(1).CanStepAtOnce;
    }

    /// <summary>
    /// For a chain and a batch of one sample what <see cref="Backward"/> and one step of momentum SGD do together, to the same bits, without
    /// room for gradients: each is the product of two numbers and makes its step as it arises. Returns the loss, as <see cref="Loss"/> does.
    /// </summary>
    /// <param name="network">The network of the forward pass.</param>
    /// <param name="workspace">What <see cref="ForwardTraining"/> left; of one sample.</param>
    /// <param name="targets">As in <see cref="Loss"/>.</param>
    /// <param name="classWeights">As in <see cref="Loss"/>.</param>
    /// <param name="step">The step.</param>
    /// <param name="spoilt">
    /// The layer, counted from 0, whose gradients are not finite: it and those before it stay as they are. -1 if there is none. With a loss
    /// that is not finite no layer changes.
    /// </param>
    public double Descend(
        Network network, Workspace workspace, BatchTargets targets, ReadOnlySpan<float> classWeights, SgdStep step, out int spoilt)
    {
        var loss = Loss(network, workspace, targets, classWeights);
        if (!workspace.IsTrainingPass || workspace.BatchCapacity != 1 || !CanDescend(network.Spec))
            throw new InvalidOperationException("steps at once need a chain and a forward pass of one sample for training before them");
        spoilt = -1;
        if (!double.IsFinite(loss)) return loss;
        new OutputLoss(network.Spec, workspace).Differentiate(targets, classWeights);
        var passes = workspace.Passes(_team, Kernels, isTraining: true);
        for (var index = passes.Count - 1; index >= 0 && spoilt < 0; index--)
        {
            BlockSlices.Bind(passes[index], network.Parameters, null);
            var (sparse, dense) = (network.Parameters.Layout.Sparse[index], network.Parameters.Layout.Dense[index]);
            if (!((LinearOperator)workspace.Operators[index]).TryDescend(passes[index], StepOf(step, sparse), StepOf(step, dense))) spoilt = index;
        }
        return loss;
    }

    /// <summary>
    /// After <see cref="Backward"/>: the gradient of the mean loss by each connection of <paramref name="topology"/>, whether the network has it or
    /// not. A connection gets the same bits here as if it were one of the network's own, at value 0.
    /// </summary>
    /// <param name="topology">Connections in the shape of sparse block <paramref name="block"/>.</param>
    /// <param name="workspace">What the backward pass left.</param>
    /// <param name="block">Which sparse block, counted from 0.</param>
    /// <param name="gradients">Takes a gradient for each connection, in their order.</param>
    public void Differentiate(Topology topology, Workspace workspace, int block, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(gradients);
        CheckKept(workspace);
        var (node, ofNode) = workspace.Graph.NodeOf(block);
        var layout = workspace.Graph.Layout.Sparse[block];
        ArgumentOutOfRangeException.ThrowIfNotEqual(topology.InputCount, layout.Columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(topology.OutputCount, layout.Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradients.Length, topology.ConnectionCount);
        workspace.Operators[node].Differentiate(workspace.Passes(_team, Kernels, isTraining: true)[node], ofNode, topology, gradients);
    }

    /// <summary>
    /// After <see cref="Backward"/>: of how many products the gradient of a connection of sparse block <paramref name="block"/> is the sum.
    /// </summary>
    public int TermsPerGradient(Workspace workspace, int block)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var (node, _) = workspace.Graph.NodeOf(block);
        return workspace.Operators[node].TermsPerGradient(workspace.Passes(_team, Kernels, isTraining: true)[node]);
    }

    /// <summary>
    /// After <see cref="Backward"/>: the sums over those products of what goes into each input of sparse block <paramref name="block"/>, and
    /// of the gradients by each output's z, times <paramref name="signs"/>, or of magnitudes if that is empty.
    /// </summary>
    public void SumTerms(Workspace workspace, int block, ReadOnlySpan<float> signs, Span<double> inputs, Span<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        CheckKept(workspace);
        var (node, ofNode) = workspace.Graph.NodeOf(block);
        workspace.Operators[node].SumTerms(workspace.Passes(_team, Kernels, isTraining: true)[node], ofNode, signs, inputs, outputs);
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    /// <summary>The sparse products of a chain's forward pass and nothing else, for benchmarks.</summary>
    internal void ForwardProducts(Network network, Workspace workspace)
    {
        var passes = workspace.Passes(_team, Kernels, isTraining: true);
        for (var index = 0; index < passes.Count; index++)
        {
            BlockSlices.Bind(passes[index], network.Parameters, null);
            ((LinearOperator)workspace.Operators[index]).ForwardProducts(passes[index]);
        }
    }

    /// <summary>The same of a backward pass; the first layer's gradient by its input is left out.</summary>
    internal void BackwardProducts(Network network, Workspace workspace, GradientSet gradients)
    {
        var passes = workspace.Passes(_team, Kernels, isTraining: true);
        for (var index = passes.Count - 1; index >= 0; index--)
        {
            BlockSlices.Bind(passes[index], network.Parameters, gradients);
            ((LinearOperator)workspace.Operators[index]).BackwardProducts(passes[index]);
        }
    }

    private void Forward(Network network, Workspace workspace, float dropout, ulong dropoutKey, bool training)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(workspace);
        CheckShape(network, workspace);
        workspace.IsTrainingPass = training;
        var passes = workspace.Passes(_team, Kernels, training);
        for (var index = 0; index < passes.Count; index++)
        {
            var pass = passes[index];
            pass.IsTraining = training;
            pass.Format = workspace.Format;
            pass.Dropout = Dropout.At(dropout, dropoutKey, index);
            BlockSlices.Bind(pass, network.Parameters, null);
            Observer?.Begin();
            workspace.Operators[index].Forward(pass);
            Observer?.EndForward(index);
        }
        new OutputLoss(network.Spec, workspace).Activate(Kernels.ForStride(workspace.Input.Stride));
    }

    private void Add(ActivationMatrix from, ActivationMatrix to) =>
        _team.Run((Compute: this, from, to), to.Floats, static (pass, first, end, _) =>
            pass.Compute.Kernels.AddScaled(pass.to.Pointer + first, pass.from.Pointer + first, 1, end - first));

    private (long First, long End) Share(long count, int member) => _team.Share(count, member);

    private static void CheckKept(Workspace workspace)
    {
        if (!workspace.KeepsDeltas) throw new InvalidOperationException("the workspace does not keep gradients by activations");
    }

    private static void CheckShape(Network network, Workspace workspace)
    {
        var outputs = network.Spec.OutputCount;
        if (!workspace.Graph.Layout.Equals(network.Parameters.Layout))
            throw new ArgumentException("the workspace was made for a network of another shape", nameof(workspace));
        if (network.Spec.HiddenActivation.Kind == ActivationKind.Softmax)
            throw new InvalidInputException("activation softmax: expected in the output layer only");
        var output = network.Spec.OutputActivation.Kind;
        if (network.Spec.Loss == LossKind.BinaryCrossEntropy && output != ActivationKind.Sigmoid)
            throw new InvalidInputException(
                $"binary-cross-entropy with output activation {network.Spec.OutputActivation}: expected sigmoid");
        if (network.Spec.Loss != LossKind.CrossEntropy) return;
        if (output != ActivationKind.Sigmoid && (output != ActivationKind.Softmax || outputs == 1))
            throw new InvalidInputException(
                $"cross-entropy with output activation {network.Spec.OutputActivation} and {outputs} outputs: " +
                "expected softmax over several outputs, or sigmoid");
    }

    private static void CheckTargets(NetworkSpec spec, Workspace workspace, BatchTargets targets, ReadOnlySpan<float> classWeights)
    {
        if (targets.AreClasses)
        {
            CheckLabels(spec, workspace, targets.Labels, classWeights);
            return;
        }
        if (targets.SampleCount != workspace.Batch || targets.Values.Length != (long)workspace.Batch * spec.OutputCount)
            throw new ArgumentException(
                $"{targets.Values.Length} values for a batch of {workspace.Batch} samples and {spec.OutputCount} outputs",
                nameof(targets));
        if (!classWeights.IsEmpty || spec.OutputActivation.Kind == ActivationKind.Softmax)
            throw new ArgumentException("class weights and softmax are for samples with classes", nameof(targets));
    }

    private static void CheckLabels(NetworkSpec spec, Workspace workspace, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights)
    {
        if (labels.Length != workspace.Batch)
            throw new ArgumentException($"{labels.Length} labels for a batch of {workspace.Batch} samples", nameof(labels));
        var classes = spec.OutputCount == 1 ? 2 : spec.OutputCount;
        if (!classWeights.IsEmpty && classWeights.Length != classes)
            throw new ArgumentException($"{classWeights.Length} class weights for {classes} classes", nameof(classWeights));
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), label, $"a label must be 0 to {classes - 1} for {spec.OutputCount} outputs");
            }
        }
    }
}
