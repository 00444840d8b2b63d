using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Add;
using ActorSparse.Model.Operators.Attention;
using ActorSparse.Model.Operators.Concat;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Operators.Depthwise;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Operators.PadChannels;
using ActorSparse.Model.Operators.Pointwise;
using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Operators.Positions;
using ActorSparse.Model.Operators.Reshaping;
using ActorSparse.Model.Operators.TokenMix;
using static ActorSparse.Model.Onnx.OnnxGraph;

namespace ActorSparse.Model.Onnx;

/// <summary>What each operator is in ONNX.</summary>
internal static class OnnxOperators
{
    /// <summary>Adds a node and returns what the ONNX graph calls its output.</summary>
    /// <exception cref="InvalidInputException">ONNX has no such operator; the message names the node.</exception>
    public static string Add(OnnxNode node) => node.Node.Operator switch
    {
        LinearSpec linear => Activate(node.Graph, linear.Activation, Multiply(node)),
        ConvolutionSpec map => Convolve(node, 1, map.Kernel, map.Stride, map.Padding),
        DepthwiseSpec map => Convolve(node, node.Shape.Channels, map.Kernel, map.Stride, map.Padding),
        PointwiseSpec => Convolve(node, 1, 1, 1, 0),
        TokenMixSpec mix => MixTokens(node, mix),
        AttentionSpec attention => Attend(node, attention.Heads),
        BatchNormSpec => OnnxNorms.Batch(node),
        LayerNormSpec => OnnxNorms.Layer(node),
        GroupNormSpec norm => OnnxNorms.Group(node, norm.Groups),
        ActivationSpec { Function: ElementFunction.Relu } => node.Add("Relu", [node.Input]),
        ActivationSpec { Function: ElementFunction.LeakyRelu, Slope: var slope } =>
            node.Add("LeakyRelu", [node.Input], Attribute("alpha", slope)),
        ActivationSpec { Function: ElementFunction.Sigmoid } => node.Add("Sigmoid", [node.Input]),
        ActivationSpec { Function: ElementFunction.Tanh } => node.Add("Tanh", [node.Input]),
        ActivationSpec { Function: ElementFunction.Gelu } => node.Add("Gelu", [node.Input]),
        AddSpec => node.Add("Sum", node.Inputs),
        ConcatSpec => node.Add("Concat", node.Inputs, Attribute("axis", 1)),
        PadChannelsSpec pad => PadChannels(node, pad),
        PositionsSpec positions => AddPositions(node, positions),
        PatchesSpec patches => CutPatches(node, patches.Size),
        FlattenSpec => node.FromImage(node.Image()),
        TokensSpec => node.FromImage(node.Reshape(node.Input, node.Shape.Channels, node.Shape.Positions, 1)),
        GlobalMeanSpec => node.FromImage(node.Add("GlobalAveragePool", [node.Image()])),
        PoolSpec pool => Pool(node, pool),
        var other => throw new InvalidInputException($"node '{node.Node.Name}' ({other.Kind}): cannot be said in ONNX"),
    };

    /// <summary>Adds an activation of <paramref name="z"/>, which may be none.</summary>
    public static string Activate(OnnxGraph graph, Activation activation, string z) => activation.Kind switch
    {
        ActivationKind.Identity => z,
        ActivationKind.Relu => graph.Add("Relu", [z]),
        ActivationKind.LeakyRelu => graph.Add("LeakyRelu", [z], Attribute("alpha", activation.Slope)),
        ActivationKind.Sigmoid => graph.Add("Sigmoid", [z]),
        ActivationKind.Tanh => graph.Add("Tanh", [z]),
        ActivationKind.Softmax => graph.Add("Softmax", [z], Attribute("axis", 1)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "no such activation of a node"),
    };

    private static string Multiply(OnnxNode node)
    {
        var outputs = node.Output.Channels;
        return node.Add("Gemm", [node.Input, node.Weights(outputs, node.Shape.Channels), .. node.Biases(outputs)], Attribute("transB", 1));
    }

    private static string Convolve(OnnxNode node, int groups, int kernel, int stride, int padding)
    {
        var weights = node.Weights(node.Output.Channels, node.Shape.Channels / groups, kernel, kernel);
        return node.FromImage(node.Add(
            "Conv", [node.Image(), weights, .. node.Biases(node.Output.Channels)],
            [.. Windows(kernel, stride, padding), Attribute("group", groups)]));
    }

    private static string Pool(OnnxNode node, PoolSpec pool)
    {
        var windows = Windows(pool.Size, pool.Stride, pool.Padding);
        return node.FromImage(pool.Function == PoolFunction.Max ? node.Add("MaxPool", [node.Image()], windows)
            : node.Add("AveragePool", [node.Image()], [.. windows, Attribute("count_include_pad", 1)]));
    }

    private static AttributeProto[] Windows(int size, int stride, int padding) =>
    [
        Attribute("kernel_shape", size, size), Attribute("strides", stride, stride), Attribute("pads", padding, padding, padding, padding),
    ];

    // The side that is mixed comes last but one, as the inputs of a matrix product.
    private static string MixTokens(OnnxNode node, TokenMixSpec mix)
    {
        var isRows = mix.Axis == MixAxis.Rows;
        var side = isRows ? node.Shape.Width : node.Shape.Height;
        var mixed = node.Add("MatMul", [node.Weights(side, side), Turned(node.Image())]);
        foreach (var biases in node.Biases(side, 1)) mixed = node.Add("Add", [mixed, biases]);
        return node.FromImage(Turned(mixed));

        string Turned(string image) => isRows ? node.Transpose(image, 0, 1, 3, 2) : image;
    }

    // Of every head q, k and v are d x tokens.
    private static string Attend(OnnxNode node, int heads)
    {
        long size = node.Output.Channels / heads, tokens = node.Shape.Positions;
        var all = node.Reshape(node.Input, 3, heads, size, tokens);
        var parts = Enumerable.Range(0, 3).Select(part => node.Add("Gather", [all, node.Graph.Integers(part)], Attribute("axis", 1)))
            .Select(part => node.Reshape(part, heads, size, tokens)).ToArray();
        var scale = node.Graph.Floats($"{node.Node.Name}.scale", [1 / MathF.Sqrt(size)]);
        var scores = node.Add("Mul", [node.Add("MatMul", [node.Transpose(parts[0], 0, 1, 3, 2), parts[1]]), scale]);
        var weights = node.Add("Softmax", [scores], Attribute("axis", 3));
        var mixed = node.Add("MatMul", [parts[2], node.Transpose(weights, 0, 1, 3, 2)]);
        return node.FromImage(node.Reshape(mixed, node.Output.Channels, node.Output.Height, node.Output.Width));
    }

    private static string PadChannels(OnnxNode node, PadChannelsSpec pad)
    {
        var before = PadChannelsOperator.ChannelsBefore(node.Shape, node.Output);
        var ends = Integers(node.Shape.Height, node.Shape.Width);
        var image = node.Add("Slice", [node.Image(), Integers(0, 0), ends, Integers(2, 3), Integers(pad.Stride, pad.Stride)]);
        return node.FromImage(node.Add("Pad", [image, Integers(0, before, 0, 0, 0, pad.Outputs - node.Shape.Channels - before, 0, 0)]));

        string Integers(params ReadOnlySpan<long> values) => node.Graph.Integers(values);
    }

    private static string AddPositions(OnnxNode node, PositionsSpec positions)
    {
        var shape = node.Shape;
        long[] sides = shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];
        if (positions.IsLearned) return node.Add("Add", [node.Input, node.Vector(0, "positions", sides)]);
        using var embedding = PositionsOperator.SineCosine(shape);
        return node.Add("Add", [node.Input, node.Graph.Floats($"{node.Node.Name}.positions", embedding.Span, sides)]);
    }

    private static string CutPatches(OnnxNode node, int size)
    {
        var (channels, rows, columns) = (node.Shape.Channels, node.Output.Height, node.Output.Width);
        var cut = node.Transpose(node.Reshape(node.Image(), channels, rows, size, columns, size), 0, 1, 3, 5, 2, 4);
        return node.FromImage(node.Reshape(cut, node.Output.Channels, rows, columns));
    }
}
