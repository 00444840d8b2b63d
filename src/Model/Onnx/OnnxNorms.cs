using ActorSparse.Model.Operators.Normalization;
using static ActorSparse.Model.Onnx.OnnxGraph;

namespace ActorSparse.Model.Onnx;

/// <summary>What the norms are in ONNX.</summary>
internal static class OnnxNorms
{
    private static readonly AttributeProto s_epsilon = Attribute("epsilon", (float)BatchNormSpec.Epsilon);

    /// <summary>By the running averages.</summary>
    public static string Batch(OnnxNode node)
    {
        var channels = node.Shape.Channels;
        // As the operator takes them.
        float[] variances = [.. node.Dense[3].Values.Span.ToArray().Select(variance => Math.Max(0, variance))];
        return node.Add(
            "BatchNormalization",
            [node.Input, node.Vector(0, "scale", channels), node.Vector(1, "shift", channels), node.Vector(2, "mean", channels),
                node.Graph.Floats($"{node.Node.Name}.variance", variances, channels)],
            s_epsilon);
    }

    /// <summary>Over the channels, which ONNX wants last.</summary>
    public static string Layer(OnnxNode node)
    {
        var (isVector, channels) = (node.Shape.IsVector, node.Shape.Channels);
        var input = isVector ? node.Input : node.Transpose(node.Input, 0, 2, 3, 1);
        var normal = node.Add(
            "LayerNormalization", [input, node.Vector(0, "scale", channels), node.Vector(1, "shift", channels)], Attribute("axis", -1), s_epsilon);
        return isVector ? normal : node.Transpose(normal, 0, 3, 1, 2);
    }

    /// <summary>The groups as channels of an instance norm, then scale and shift by channel.</summary>
    public static string Group(OnnxNode node, int groups)
    {
        var shape = node.Shape;
        var (ones, zeros) = (node.Graph.Floats($"{node.Node.Name}.ones", Enumerable.Repeat(1f, groups).ToArray(), groups),
            node.Graph.Floats($"{node.Node.Name}.zeros", new float[groups], groups));
        var normal = node.Add("InstanceNormalization", [node.Reshape(node.Input, groups, shape.Count / groups), ones, zeros], s_epsilon);
        long[] sides = [shape.Channels, 1, 1];
        var image = node.Reshape(normal, shape.Channels, shape.Height, shape.Width);
        return node.FromImage(node.Add("Add", [node.Add("Mul", [image, node.Vector(0, "scale", sides)]), node.Vector(1, "shift", sides)]));
    }
}
