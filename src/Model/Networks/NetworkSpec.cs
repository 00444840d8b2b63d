using System.Globalization;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Networks;

/// <summary>
/// What defines a network apart from its parameters: a chain of layers, which is a multilayer perceptron n0-n1-...-nL (wasap specification,
/// section 1), or a graph.
/// </summary>
public sealed record NetworkSpec
{
    /// <summary>Neurons of each layer of a chain, input first: at least two, each positive; empty for a graph.</summary>
    public IReadOnlyList<int> LayerSizes { get; init; } = [];

    /// <summary>What is computed, if that is no chain of layers.</summary>
    internal GraphSpec? Graph { get; init; }

    /// <summary>Whether it is a chain, whose layers have neurons that can be pruned and left out.</summary>
    public bool IsChain => Graph is null;

    /// <summary>Numbers that go in.</summary>
    public int InputCount => Graph?.Input.Count ?? LayerSizes[0];

    /// <summary>Numbers that come out.</summary>
    public int OutputCount => Graph?.Output.Count ?? LayerSizes[^1];

    /// <summary>Activation of a chain's hidden layers.</summary>
    public Activation HiddenActivation { get; init; } = new(ActivationKind.AllRelu, 0.6f);

    /// <summary>Activation of the output layer.</summary>
    public Activation OutputActivation { get; init; } = new(ActivationKind.Softmax);

    /// <summary>Loss that training minimises.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>
    /// Label smoothing: the share of a sample's target that is spread evenly over all classes, 0 to below 1 (Szegedy and others, arXiv
    /// 1512.00567). Part of the loss wherever that is measured.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Erdos-Renyi parameter: a layer has about epsilon * (n_in + n_out) connections, or as many of all layers' as
    /// <see cref="Distribution"/> gives it.
    /// </summary>
    public double Epsilon { get; init; } = 20;

    /// <summary>How the connections that there are at first are spread over the sparse blocks.</summary>
    public ConnectionDistribution Distribution { get; init; }

    /// <summary>How new connections get their value.</summary>
    public Initializer Initializer { get; init; } = Initializer.HeUniform;

    /// <summary>Number of classes that the output tells apart: one output neuron separates two.</summary>
    public int ClassCount => Math.Max(2, OutputCount);

    /// <summary>Number of sparse blocks: of a chain its weight layers, L.</summary>
    public int LayerCount => Graph?.Layout.Sparse.Count ?? LayerSizes.Count - 1;

    /// <summary>"784-1000-10", or what a graph makes of what.</summary>
    public string Describe() => Graph is null ? SpecNames.FormatLayerSizes(LayerSizes)
        : $"{Graph.Nodes.Count} nodes from {Graph.Input} to {Graph.Output}";

    /// <summary>
    /// The blocks of parameters; those of a chain are "layers.l" with the weights of layer l, counted from 1, and "layers.l.bias".
    /// </summary>
    public ParameterLayout Layout() => Graph?.Layout ?? new(Enumerable.Range(1, LayerCount).SelectMany(layer =>
    {
        var name = LayerName(layer);
        var (inputs, outputs) = (LayerSizes[layer - 1], LayerSizes[layer]);
        var title = string.Create(CultureInfo.InvariantCulture, $"layer {layer} ({inputs}-{outputs})");
        return (BlockLayout[])[
            BlockLayout.Sparse(name, outputs, inputs) with { Title = title },
            BlockLayout.Dense(name + ".bias", outputs) with { Title = title }];
    }));

    /// <summary>
    /// The graph; a chain's layer l is the node "layers.l". The output's activation is not among the nodes: it belongs to the loss.
    /// </summary>
    internal GraphSpec ToGraph() => Graph ?? new(new TensorShape(LayerSizes[0]), [.. Enumerable.Range(1, LayerCount).Select(layer =>
    {
        var isHidden = layer < LayerCount;
        var activation = !isHidden ? new Activation(ActivationKind.Identity)
            : HiddenActivation.Kind == ActivationKind.AllRelu ? new(ActivationKind.LeakyRelu, HiddenActivation.NegativeSlope(layer))
            : HiddenActivation;
        var linear = new LinearSpec(LayerSizes[layer]) { Activation = activation, Dropout = isHidden };
        return new GraphNode(LayerName(layer), linear, [layer - 1]);
    })]);

    /// <summary>What layer <paramref name="layer"/> of a chain, counted from 1, is called among blocks and nodes.</summary>
    internal static string LayerName(int layer) => string.Create(CultureInfo.InvariantCulture, $"layers.{layer}");

    /// <summary>For each sparse block the epsilon of its first topology, which is Erdos-Renyi.</summary>
    public IReadOnlyList<double> Epsilons() => ConnectionShares.Epsilons(Layout(), Distribution, Epsilon);

    /// <summary>
    /// This network with the fraction <paramref name="sparsity"/> of its possible connections missing, in expectation; full blocks leave
    /// the others more.
    /// </summary>
    /// <exception cref="InvalidInputException">The sparsity is not a fraction from 0 to below 1.</exception>
    public NetworkSpec WithSparsity(double sparsity) =>
        this with { Epsilon = ConnectionShares.EpsilonFor(Layout(), Distribution, sparsity) };

    /// <summary>Stored connections, given for each layer, over possible connections.</summary>
    public double Density(IReadOnlyList<int> connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return connections.Sum(count => (long)count) / Layout().PossibleConnections;
    }

    /// <summary>Refuses what cannot be built or trained.</summary>
    /// <exception cref="InvalidInputException">Sizes, activations and loss do not go together, or a layer has too many
    /// connections.</exception>
    public void Validate()
    {
        if (Graph is not null && LayerSizes.Count > 0) throw new InvalidInputException("layers and a graph: expected one of the two");
        if (Graph is null && LayerSizes.Count < 2)
            throw new InvalidInputException("layers: expected at least an input and an output size, as in 784-1000-10");
        foreach (var size in LayerSizes)
            if (size < 1) throw new InvalidInputException($"layers {SpecNames.FormatLayerSizes(LayerSizes)}: expected positive sizes");
        if (Layout().Sparse.Count == 0)
            throw new InvalidInputException("the network has no connections; expected a node that has, such as 'linear'");
        foreach (var (block, epsilon) in Layout().Sparse.Zip(Epsilons())) ErdosRenyi.CheckConnectionCount(block.Columns, block.Rows, epsilon);
        if (Graph is { Output.IsVector: false })
            throw new InvalidInputException($"the network puts out {Graph.Output}; expected a vector, as 'flatten' and 'global-mean' make one");
        if (HiddenActivation.Kind == ActivationKind.Softmax)
            throw new InvalidInputException("hidden activation 'softmax': it is for the output layer only");
        if (OutputActivation.Kind == ActivationKind.AllRelu)
            throw new InvalidInputException("output activation 'all-relu': it alternates over hidden layers only");
        var outputs = OutputCount;
        if (OutputActivation.Kind == ActivationKind.Softmax && outputs < 2)
            throw new InvalidInputException("output activation 'softmax': expected at least 2 output neurons; use sigmoid for one");
        if (Loss == LossKind.CrossEntropy && OutputActivation.Kind is not (ActivationKind.Softmax or ActivationKind.Sigmoid))
            throw new InvalidInputException(
                $"loss 'cross-entropy' with output activation '{OutputActivation}': expected softmax or sigmoid");
        if (Loss == LossKind.BinaryCrossEntropy && OutputActivation.Kind != ActivationKind.Sigmoid)
            throw new InvalidInputException($"loss 'binary-cross-entropy' with output activation '{OutputActivation}': expected sigmoid");
        if (!(LabelSmoothing is >= 0 and < 1))
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture, $"label smoothing {LabelSmoothing}: expected 0 to below 1"));
        if (LabelSmoothing > 0 && (Loss != LossKind.CrossEntropy || OutputActivation.Kind != ActivationKind.Softmax))
            throw new InvalidInputException(
                $"label smoothing with loss '{SpecNames.Format(Loss)}' and output activation '{OutputActivation}': "
                + "expected cross-entropy and softmax");
    }

    /// <summary>Refuses data that the network cannot take.</summary>
    /// <exception cref="InvalidInputException">The number of features or classes differs, or the loss is for other targets.</exception>
    public void CheckFits(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var sizes = IsChain ? $"layers {Describe()} expect" : "the network expects";
        if (dataset.FeatureCount != InputCount)
            throw new InvalidInputException($"{dataset.Name} has {dataset.FeatureCount} features; {sizes} {InputCount}");
        if (Graph is { Input: { Positions: > 1 } shape } && dataset.ImageShape is { } image
            && shape != new TensorShape(image.Channels, image.Height, image.Width))
            throw new InvalidInputException(
                $"{dataset.Name} has images of {image.Channels}x{image.Height}x{image.Width}; the network expects {shape}");
        CheckFits(dataset.Name, dataset.Targets);
        if (dataset.Targets is ClassTargets && dataset.ClassCount > ClassCount)
            throw new InvalidInputException($"{dataset.Name} has {dataset.ClassCount} classes; {(IsChain ? $"layers {Describe()} tell" : "the network tells")} {ClassCount} apart");
        if (dataset.Targets is not ClassTargets && dataset.Targets.Count != OutputCount)
            throw new InvalidInputException($"{dataset.Name} has {dataset.Targets.Describe()}; {sizes} {OutputCount}");
        if (dataset.SampleCount == 0) throw new InvalidInputException($"{dataset.Name} has no samples");
    }

    private void CheckFits(string name, Targets targets)
    {
        var (isUsable, expected) = targets.Kind switch
        {
            TargetKind.Classes => (Loss != LossKind.BinaryCrossEntropy, "cross-entropy or mean-squared-error"),
            TargetKind.LabelSets => (Loss == LossKind.BinaryCrossEntropy, "binary-cross-entropy"),
            _ => (Loss == LossKind.MeanSquaredError && OutputActivation.Kind == ActivationKind.Identity,
                "mean-squared-error with output activation identity"),
        };
        if (isUsable) return;
        throw new InvalidInputException(
            $"{name} has {targets.Describe()}: loss '{SpecNames.Format(Loss)}' with output activation '{OutputActivation}'; "
            + $"expected {expected}");
    }
}
