using ActorSparse.Model.Graph;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Onnx;

/// <summary>
/// One node of a network on its way into an ONNX graph. Between nodes a vector is samples x channels and everything else samples x channels
/// x height x width; within one it may be wanted as an image.
/// </summary>
/// <param name="Graph">Where it goes.</param>
/// <param name="Node">The node.</param>
/// <param name="Inputs">What the ONNX graph calls its inputs.</param>
/// <param name="Shapes">Their shapes.</param>
/// <param name="Output">The shape of its output.</param>
/// <param name="Sparse">Its sparse blocks.</param>
/// <param name="Dense">Its dense blocks.</param>
internal sealed record OnnxNode(
    OnnxGraph Graph,
    GraphNode Node,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<TensorShape> Shapes,
    TensorShape Output,
    IReadOnlyList<SparseBlock> Sparse,
    IReadOnlyList<DenseBlock> Dense)
{
    /// <summary>The first input.</summary>
    public string Input => Inputs[0];

    /// <summary>Its shape.</summary>
    public TensorShape Shape => Shapes[0];

    /// <summary>The first input as samples x channels x height x width.</summary>
    public string Image() => Shape.IsVector ? Reshape(Input, Shape.Channels, 1, 1) : Input;

    /// <summary>The output in its usual form, given as samples x channels x height x width.</summary>
    public string FromImage(string image) => Output.IsVector ? Add("Flatten", [image], OnnxGraph.Attribute("axis", 1)) : image;

    /// <summary>The numbers of each sample in another shape.</summary>
    public string Reshape(string value, params ReadOnlySpan<long> sides) => Add("Reshape", [value, Graph.Integers([0, .. sides])]);

    /// <summary>The axes in another order.</summary>
    public string Transpose(string value, params long[] axes) => Add("Transpose", [value], OnnxGraph.Attribute("perm", axes));

    /// <summary>Adds a node of ONNX and returns its output.</summary>
    public string Add(string kind, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Graph.Add(kind, inputs, attributes);

    /// <summary>The weights as a tensor with <paramref name="sides"/>.</summary>
    public string Weights(params ReadOnlySpan<long> sides) => Graph.Weights(Node.Name, Sparse[0], sides);

    /// <summary>The biases as a tensor with <paramref name="sides"/>, in a list that is empty without them.</summary>
    public string[] Biases(params ReadOnlySpan<long> sides) => Dense.Count == 0 ? [] : [Vector(0, "bias", sides)];

    /// <summary>A dense block as a tensor with <paramref name="sides"/>.</summary>
    public string Vector(int block, string name, params ReadOnlySpan<long> sides) =>
        Graph.Floats($"{Node.Name}.{name}", Dense[block].Values.Span, sides);
}
