using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Add;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Operators.PadChannels;
using ActorSparse.Model.Operators.Pooling;

namespace ActorSparse.Model.Graph.Architectures;

/// <summary>
/// Residual networks for small images (He et al. 2016, section 4.2): a convolution of 16 channels, three stages of n blocks with 16, 32 and
/// 64 channels, each stage but the first at half the size, the mean of all positions and a linear map: 6n + 2 layers. A block is two
/// convolutions of 3 x 3 with batch normalisation, and a shortcut without weights (option A).
/// </summary>
internal static class ResidualNetwork
{
    private const int StemChannels = 16, Stages = 3;

    /// <summary>The blocks of each stage of a network of so many layers; null if there is none.</summary>
    public static int? BlocksOf(int layers) => layers >= 8 && (layers - 2) % 6 == 0 ? (layers - 2) / 6 : null;

    /// <summary>The network with <paramref name="blocks"/> blocks in every stage, at least 1.</summary>
    /// <exception cref="InvalidInputException">It would have more nodes than a network can have.</exception>
    public static GraphSpec Create(TensorShape input, int outputs, int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        var graph = new GraphBuilder(input);
        graph.AddTo("stem", new ConvolutionSpec(StemChannels) { Bias = false });
        graph.AddTo("stem", new BatchNormSpec());
        graph.AddTo("stem", ElementFunction.Relu);
        for (var stage = 0; stage < Stages; stage++)
        {
            for (var block = 0; block < blocks; block++)
                AddBlock(graph, $"stage{stage + 1}.{block + 1}", StemChannels << stage, stage > 0 && block == 0 ? 2 : 1);
        }
        graph.Add("mean", new GlobalMeanSpec());
        return graph.Head(outputs);
    }

    private static void AddBlock(GraphBuilder graph, string name, int channels, int stride)
    {
        var input = graph.Last;
        graph.AddTo(name, new ConvolutionSpec(channels) { Stride = stride, Bias = false });
        graph.AddTo(name, new BatchNormSpec());
        graph.AddTo(name, ElementFunction.Relu);
        graph.AddTo(name, new ConvolutionSpec(channels) { Bias = false });
        var branch = graph.AddTo(name, new BatchNormSpec());
        var shortcut = stride == 1 ? input : graph.AddTo(name, new PadChannelsSpec(channels) { Stride = stride }, input);
        graph.AddTo(name, new AddSpec(), branch, shortcut);
        graph.AddTo(name, ElementFunction.Relu);
    }
}
