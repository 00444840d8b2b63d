using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Add;
using ActorSparse.Model.Operators.Attention;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Operators.Pointwise;
using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Operators.Positions;
using ActorSparse.Model.Operators.Reshaping;

namespace ActorSparse.Model.Graph.Architectures;

/// <summary>
/// Simple vision transformers (Beyer et al. 2022): patches are mapped to tokens, get the sine and cosine of their place, and go through
/// blocks of attention and a perceptron, each normalised before and added after; then the mean of all tokens and a linear map.
/// </summary>
internal sealed record VisionTransformer
{
    /// <summary>Height and width of a patch; the sides of images are multiples.</summary>
    public int Patch { get; init; } = 4;

    /// <summary>Features of a token, a multiple of 4.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Blocks of attention and perceptron.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Heads of an attention.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Features of a head.</summary>
    public int HeadWidth { get; init; } = 64;

    /// <summary>Hidden features of a perceptron.</summary>
    public int HiddenWidth { get; init; } = 256;

    /// <summary>The network.</summary>
    /// <exception cref="InvalidInputException">The images are no whole patches.</exception>
    public GraphSpec Create(TensorShape input, int outputs)
    {
        var graph = new GraphBuilder(input);
        graph.Add("patches", new PatchesSpec(Patch));
        graph.AddTo("patches", new LayerNormSpec());
        graph.AddTo("patches", new PointwiseSpec(Width));
        graph.AddTo("patches", new LayerNormSpec());
        graph.Add("positions", new PositionsSpec());
        for (var block = 1; block <= Depth; block++) AddBlock(graph, $"block{block}");
        graph.Add("mean", new GlobalMeanSpec());
        graph.AddTo("mean", new LayerNormSpec());
        return graph.Head(outputs);
    }

    private void AddBlock(GraphBuilder graph, string name)
    {
        var input = graph.Last;
        graph.AddTo(name, new LayerNormSpec());
        graph.Add($"{name}.qkv", new PointwiseSpec(3 * Heads * HeadWidth) { Bias = false });
        graph.AddTo(name, new AttentionSpec(Heads));
        var attended = graph.Add($"{name}.projection", new PointwiseSpec(Width) { Bias = false });
        var middle = graph.AddTo(name, new AddSpec(), attended, input);
        graph.AddTo(name, new LayerNormSpec());
        graph.Add($"{name}.hidden", new PointwiseSpec(HiddenWidth));
        graph.AddTo(name, ElementFunction.Gelu);
        var mixed = graph.Add($"{name}.output", new PointwiseSpec(Width));
        graph.AddTo(name, new AddSpec(), mixed, middle);
    }
}
