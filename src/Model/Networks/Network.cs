using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Networks;

/// <summary>One replica of a network: its specification and its parameters.</summary>
public sealed class Network : IDisposable
{
    /// <summary>Takes over <paramref name="parameters"/>, which must have the layout of the specification.</summary>
    /// <exception cref="ArgumentException">They have not.</exception>
    internal Network(NetworkSpec spec, ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!parameters.Layout.Equals(spec.Layout()))
            throw new ArgumentException("the parameters are not those of the specification", nameof(parameters));
        Spec = spec;
        Parameters = parameters;
        LivingNeurons = new LivingNeurons?[spec.IsChain ? spec.LayerCount - 1 : 0];
    }

    /// <summary>
    /// A new network: Erdos-Renyi topologies, parameters as the specification's initialiser draws them, velocities 0. Deterministic
    /// in the seed; O(connections + neurons).
    /// </summary>
    /// <exception cref="InvalidInputException">The specification cannot be built.</exception>
    public static Network Create(NetworkSpec spec, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(random);
        spec.Validate();
        var layout = spec.Layout();
        var epsilons = spec.Epsilons();
        var topologies = new Topology[spec.LayerCount];
        Parallel.For(0, topologies.Length, index =>
        {
            var block = layout.Sparse[index];
            topologies[index] = ErdosRenyi.Sample(block.Columns, block.Rows, epsilons[index], random.Stream("topology", index));
        });
        var parameters = ParameterSet.Zero(layout, topologies);
        foreach (var topology in topologies) topology.Dispose();
        Initialize(spec, parameters, random);
        return new Network(spec, parameters);
    }

    /// <summary>What defines the network.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>The parameters: for each layer, first to last, a sparse block of weights and a dense one of biases.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>
    /// For each hidden layer of a chain, first to last, which neurons importance pruning has left; null while all live. A pruned neuron has no
    /// connections and never takes part in growth again (wasap specification, section 4).
    /// </summary>
    public LivingNeurons?[] LivingNeurons { get; }

    /// <summary>Number of stored connections of all layers.</summary>
    public long ConnectionCount => Parameters.ConnectionCount;

    /// <summary>Number of stored connections of each layer.</summary>
    public int[] ConnectionCounts() => [.. Parameters.Sparse.Select(block => block.Topology.ConnectionCount)];

    /// <summary>Number of living neurons of each hidden layer.</summary>
    public int[] LivingNeuronCounts() =>
        [.. LivingNeurons.Select((living, hidden) => living?.LivingCount ?? Spec.LayerSizes[hidden + 1])];

    /// <summary>Makes this replica equal to <paramref name="source"/>, topologies included.</summary>
    internal void CopyFrom(Network source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Parameters.CopyFrom(source.Parameters);
        source.LivingNeurons.CopyTo(LivingNeurons, 0);
    }

    /// <summary>A replica of its own with the same parameters.</summary>
    public Network Clone()
    {
        var clone = new Network(Spec, Parameters.Clone());
        LivingNeurons.CopyTo(clone.LivingNeurons, 0);
        return clone;
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();

    // Each sparse block with its biases, which come right after it, from a stream of its own; all else as its layout says.
    private static void Initialize(NetworkSpec spec, ParameterSet parameters, RandomSource random)
    {
        var places = Enumerable.Range(0, parameters.Blocks.Count).Where(place => parameters.Blocks[place] is SparseBlock).ToArray();
        Parallel.For(0, places.Length, index =>
        {
            var (place, layout) = (places[index], parameters.Layout.Blocks);
            var weights = (SparseBlock)parameters.Blocks[place];
            var biases = place + 1 < layout.Count && layout[place + 1].Name == layout[place].Name + ".bias"
                ? (DenseBlock)parameters.Blocks[place + 1] : null;
            new WeightSampler(spec.Initializer, layout[place].Columns, layout[place].Rows).Fill(weights, biases, random.Stream("weights", index));
        });
        for (var place = 0; place < parameters.Blocks.Count; place++)
            if (parameters.Layout.Blocks[place].InitialValue is { } value) parameters.Blocks[place].Values.Span.Fill(value);
    }
}
