using System.Globalization;
using System.Runtime.InteropServices;
using ActorSparse.Model.Parameters;
using Google.Protobuf;
using static ActorSparse.Model.Onnx.AttributeProto.Types;
using static ActorSparse.Model.Onnx.TensorProto.Types;
using static ActorSparse.Model.Onnx.TensorShapeProto.Types;

namespace ActorSparse.Model.Onnx;

/// <summary>An ONNX graph that is being made: nodes after each other, and the tensors that they take.</summary>
/// <param name="isSparse">Whether weights become sparse tensors.</param>
internal sealed class OnnxGraph(bool isSparse)
{
    private const string SampleCount = "samples";

    /// <summary>The message.</summary>
    public GraphProto Proto { get; } = new() { Name = "network" };

    /// <summary>What nodes that are added are named by.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Adds a node with one output and returns that.</summary>
    public string Add(string kind, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var name = $"{Prefix}/{kind}{Proto.Node.Count.ToString(CultureInfo.InvariantCulture)}";
        var node = new NodeProto { Name = name, OpType = kind, Output = { name } };
        node.Input.Add(inputs);
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        Proto.Node.Add(node);
        return name;
    }

    /// <summary>Gives an input or output of the network a name: floats, a row of <paramref name="count"/> a sample.</summary>
    public static ValueInfoProto Port(string name, int count)
    {
        var shape = new TensorShapeProto { Dim = { new Dimension { DimParam = SampleCount }, new Dimension { DimValue = count } } };
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = DataType.Float, Shape = shape } } };
    }

    /// <summary>Adds a tensor of floats.</summary>
    public string Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> sides)
    {
        Proto.Initializer.Add(Tensor(DataType.Float, name, MemoryMarshal.AsBytes(values).ToArray(), sides));
        return name;
    }

    /// <summary>Adds a list of integers, such as a shape.</summary>
    public string Integers(params ReadOnlySpan<long> values)
    {
        var name = $"{Prefix}/integers{Proto.Initializer.Count.ToString(CultureInfo.InvariantCulture)}";
        Proto.Initializer.Add(Tensor(DataType.Int64, name, MemoryMarshal.AsBytes(values).ToArray(), values.Length));
        return name;
    }

    /// <summary>Adds the weights of <paramref name="block"/>, outputs x inputs, as a tensor of as many numbers with <paramref name="sides"/>.
    /// </summary>
    public string Weights(string name, SparseBlock block, params ReadOnlySpan<long> sides)
    {
        var topology = block.Topology;
        if (isSparse)
        {
            var places = new long[topology.ConnectionCount];
            ForEach(block, (index, place) => places[index] = place);
            var sparse = new SparseTensorProto
            {
                Values = Tensor(DataType.Float, name, MemoryMarshal.AsBytes(block.Values.Span).ToArray(), places.Length),
                Indices = Tensor(DataType.Int64, name + ".indices", MemoryMarshal.AsBytes(places.AsSpan()).ToArray(), places.Length),
            };
            foreach (var side in sides) sparse.Dims.Add(side);
            Proto.SparseInitializer.Add(sparse);
            return name;
        }
        var bytes = new byte[sizeof(float) * (long)topology.OutputCount * topology.InputCount];
        ForEach(block, (index, place) => MemoryMarshal.Write(bytes.AsSpan((int)(sizeof(float) * place)), block.Values[index]));
        Proto.Initializer.Add(Tensor(DataType.Float, name, bytes, sides));
        return name;
    }

    /// <summary>An attribute that is an integer.</summary>
    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    /// <summary>An attribute that is a number.</summary>
    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    /// <summary>An attribute that is a list of integers.</summary>
    public static AttributeProto Attribute(string name, params long[] values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    // Every connection, with its place in the dense matrix.
    private static void ForEach(SparseBlock block, Action<int, long> take)
    {
        var (topology, index) = (block.Topology, 0);
        for (var row = 0; row < topology.OutputCount; row++)
            foreach (var column in topology.Row(row)) take(index++, (long)row * topology.InputCount + column);
    }

    private static TensorProto Tensor(DataType type, string name, byte[] bytes, params ReadOnlySpan<long> sides)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        foreach (var side in sides) tensor.Dims.Add(side);
        return tensor;
    }
}
