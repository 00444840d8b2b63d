using System.Globalization;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Linear;

namespace ActorSparse.Model.Graph.Architectures;

/// <summary>Lists the nodes of a graph, each with what it takes.</summary>
internal sealed class GraphBuilder(TensorShape input)
{
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, int> _unnamed = [];

    /// <summary>The node added last, as other nodes' inputs; 0, the sample, before there is one.</summary>
    internal int Last => _nodes.Count;

    /// <summary>Adds a node on <paramref name="inputs"/>, or on the last node if there are none, and gives what others call it.</summary>
    /// <exception cref="InvalidInputException">There are as many nodes as a network can have.</exception>
    internal int Add(string name, OperatorSpec spec, params int[] inputs)
    {
        if (Last == GraphSpec.NodesMax) throw new InvalidInputException($"a network of more than {Last} nodes; expected fewer");
        _nodes.Add(new(name, spec, inputs.Length == 0 ? [Last] : inputs));
        return Last;
    }

    /// <summary>Adds a node that is called by its kind, in the part of the network called <paramref name="part"/>.</summary>
    internal int AddTo(string part, OperatorSpec spec, params int[] inputs)
    {
        var name = $"{part}.{spec.Kind}";
        var count = _unnamed[name] = _unnamed.GetValueOrDefault(name) + 1;
        return Add(count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{count}"), spec, inputs);
    }

    /// <summary>Adds an activation function after the last node.</summary>
    internal int AddTo(string part, ElementFunction function) => AddTo(part, new ActivationSpec(function));

    /// <summary>Adds the linear map to the outputs, and gives the graph.</summary>
    /// <exception cref="InvalidInputException">A node does not take what comes to it.</exception>
    internal GraphSpec Head(int outputs)
    {
        Add("head", new LinearSpec(outputs));
        return new(input, _nodes);
    }
}
