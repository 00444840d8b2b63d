using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Attention;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// A network in which every weight is its magnitude, every bias 0, and activations and norms pass on what they get: R, the sum of its
/// outputs for an input of ones, is the sum over all paths of the products of the weights along them.
/// </summary>
internal sealed class LinearisedNetwork : IDisposable
{
    // R of deep networks is beyond what floats hold; a step down that leaves room for as much again.
    private const float StepDown = 1e-15f;
    private const int StepsMax = 8;
    private const double Unbalance = 1e12;

    private readonly Network _network;
    private readonly Workspace _workspace;
    private readonly NetworkCompute _compute;
    private readonly GradientSet _gradients;
    private readonly float[] _zeros;
    private float _scale = 1;

    /// <summary>Takes topologies and magnitudes from <paramref name="network"/>, which stays as it is.</summary>
    /// <exception cref="InvalidInputException">A node cannot be made linear.</exception>
    public LinearisedNetwork(Network network, NetworkCompute compute)
    {
        ArgumentNullException.ThrowIfNull(network);
        var spec = SpecOf(network.Spec);
        var blocks = network.Parameters.Sparse;
        _network = new(spec, ParameterSet.Zero(spec.Layout(), [.. blocks.Select(block => block.Topology)]));
        for (var block = 0; block < blocks.Count; block++)
        {
            var (from, to) = (blocks[block].Values, _network.Parameters.Sparse[block].Values);
            for (long position = 0; position < from.Length; position++) to[position] = Math.Abs(from[position]);
        }
        (_compute, _workspace, _gradients) = (compute, new(spec, 1), new(_network.Parameters));
        _zeros = new float[spec.OutputCount];
    }

    /// <summary>What it computes.</summary>
    /// <exception cref="InvalidInputException">A node cannot be made linear.</exception>
    public static NetworkSpec SpecOf(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var graph = spec.ToGraph();
        return new()
        {
            Graph = new(graph.Input, [.. graph.Nodes.Select(node => node with { Operator = Linearise(node) })]),
            OutputActivation = new(ActivationKind.Identity),
            Loss = LossKind.MeanSquaredError,
        };
    }

    /// <summary>The topologies.</summary>
    public IReadOnlyList<Topology> Topologies => [.. _network.Parameters.Sparse.Select(block => block.Topology)];

    /// <summary>
    /// |w dR/dw| / R of every connection: the share of R that comes along it. They stay valid until the next call. All 0 where no path is left.
    /// </summary>
    public IReadOnlyList<NativeBuffer<float>> Shares()
    {
        // R is linear in the input, and the gradient in what goes back: with an input near 1 / sqrt(R) either pass stays within range. R
        // changes little from one call to the next.
        var sum = Forward(_scale);
        for (var step = 0; !double.IsFinite(sum) && step < StepsMax; step++) sum = Forward(_scale *= StepDown);
        if (sum > 0 && sum * _scale is var square && square is < 1 / Unbalance or > Unbalance)
        {
            _scale = (float)Math.Sqrt(_scale / sum);
            sum = Forward(_scale);
        }
        for (var neuron = 0; neuron < _workspace.Output.Neurons; neuron++) _workspace.Output.Row(neuron).Fill(sum > 0 ? (float)(1 / sum) : 0);
        _compute.Backward(_network, _workspace, new BatchTargets(_zeros, 1), _gradients, []);
        for (var block = 0; block < _gradients.Sparse.Count; block++)
        {
            var (shares, weights) = (_gradients.Sparse[block], _network.Parameters.Sparse[block].Values);
            for (long position = 0; position < shares.Length; position++) shares[position] *= weights[position];
        }
        return _gradients.Sparse;
    }

    /// <summary>Changes topologies; the caller owns <paramref name="changes"/>.</summary>
    public void Apply(TopologyChange?[] changes) => Evolution.NetworkEvolution.Apply(_network.Parameters, changes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _workspace.Dispose();
        _gradients.Dispose();
    }

    // The sum of the outputs for an input that is scale everywhere.
    private double Forward(float scale)
    {
        _workspace.Input.SetBatch(1);
        for (var feature = 0; feature < _workspace.Input.Neurons; feature++) _workspace.Input.Row(feature).Fill(scale);
        _compute.ForwardTraining(_network, _workspace, dropout: 0, dropoutKey: 0);
        var sum = 0.0;
        for (var neuron = 0; neuron < _workspace.Output.Neurons; neuron++) sum += _workspace.Output.Row(neuron)[0];
        return sum;
    }

    private static OperatorSpec Linearise(GraphNode node) => node.Operator switch
    {
        LinearSpec linear => linear with { Activation = new(ActivationKind.Identity), Dropout = false },
        BatchNormSpec or GroupNormSpec or LayerNormSpec or ActivationSpec => new ActivationSpec(ElementFunction.LeakyRelu, 1),
        AttentionSpec => throw new InvalidInputException(
            $"rule synflow: node '{node.Name}' (attention) cannot be made linear; expected layers, convolutions and what goes with them"),
        var other => other,
    };
}
