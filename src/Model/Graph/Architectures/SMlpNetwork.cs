using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Add;
using ActorSparse.Model.Operators.Concat;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Operators.Depthwise;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Operators.Pointwise;
using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Operators.TokenMix;

namespace ActorSparse.Model.Graph.Architectures;

/// <summary>
/// sMLP networks (Tang et al. 2022; sMLP specification, section 1): patches become positions, whose channels are mixed by linear maps of
/// each position and whose positions are mixed along rows and columns, in stages with a merge of 2 x 2 positions and twice the channels
/// between them; then the mean of all positions and a linear map.
/// </summary>
internal sealed record SMlpNetwork
{
    /// <summary>Height and width of a patch.</summary>
    public int Patch { get; init; } = 2;

    /// <summary>Channels of the first stage.</summary>
    public int Width { get; init; } = 48;

    /// <summary>Blocks of each stage. The sides of images are multiples of the patch and of 2 for every stage but the first.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [2, 4, 2];

    /// <summary>How many times as many channels as a position has there are between the two maps of its perceptron.</summary>
    public int Expansion { get; init; } = 3;

    /// <summary>The network.</summary>
    /// <exception cref="InvalidInputException">The images are no whole patches, or cannot be halved often enough.</exception>
    public GraphSpec Create(TensorShape input, int outputs)
    {
        var multiple = Patch << (Depths.Count - 1);
        if (input.Height % multiple != 0 || input.Width % multiple != 0)
            throw new InvalidInputException(
                $"images of {input.Height}x{input.Width}; expected sides that are multiples of {multiple}: patches of {Patch}, and " +
                $"halved {Depths.Count - 1} times");
        var graph = new GraphBuilder(input);
        for (var stage = 0; stage < Depths.Count; stage++)
        {
            var (name, channels, size) = ($"stage{stage + 1}", Width << stage, stage == 0 ? Patch : 2);
            graph.Add(stage == 0 ? "patches" : $"{name}.merge",
                new ConvolutionSpec(channels) { Kernel = size, Stride = size, Padding = 0, Bias = false });
            for (var block = 1; block <= Depths[stage]; block++) AddBlock(graph, $"{name}.{block}", channels);
        }
        graph.Add("norm", new BatchNormSpec());
        graph.Add("mean", new GlobalMeanSpec());
        return graph.Head(outputs);
    }

    private void AddBlock(GraphBuilder graph, string name, int channels)
    {
        var input = graph.Last;
        graph.AddTo(name, new BatchNormSpec());
        graph.AddTo(name, ElementFunction.Gelu);
        graph.AddTo(name, new DepthwiseSpec { Bias = false });
        var middle = graph.AddTo(name, new AddSpec(), AddMixing(graph, name, channels), input);
        graph.AddTo(name, new LayerNormSpec());
        graph.Add($"{name}.hidden", new PointwiseSpec(Expansion * channels));
        graph.AddTo(name, ElementFunction.Gelu);
        var mixed = graph.Add($"{name}.output", new PointwiseSpec(channels));
        graph.AddTo(name, new AddSpec(), mixed, middle);
    }

    // The sMLP block itself: what is there, its rows and its columns, fused.
    private static int AddMixing(GraphBuilder graph, string name, int channels)
    {
        graph.AddTo(name, new BatchNormSpec());
        var z = graph.AddTo(name, ElementFunction.Gelu);
        var rows = graph.Add($"{name}.rows", new TokenMixSpec(MixAxis.Rows), z);
        var columns = graph.Add($"{name}.columns", new TokenMixSpec(MixAxis.Columns), z);
        graph.AddTo(name, new ConcatSpec(), z, rows, columns);
        return graph.Add($"{name}.fuse", new PointwiseSpec(channels) { Bias = false });
    }
}
