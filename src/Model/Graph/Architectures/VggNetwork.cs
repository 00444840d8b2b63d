using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Operators.Reshaping;

namespace ActorSparse.Model.Graph.Architectures;

/// <summary>
/// VGG-16 (Simonyan and Zisserman 2015) for small images, with a quarter of its channels and batch normalisation, as guided growth was
/// measured on (gse specification, section 4): 13 convolutions of 3 x 3 in five stages with a pool after each, then linear maps of 512 and
/// 512 with the training's dropout, and the outputs.
/// </summary>
internal static class VggNetwork
{
    private const int HeadOutputs = 512;
    private static readonly int[][] s_stages = [[16, 16], [32, 32], [64, 64, 64], [128, 128, 128], [128, 128, 128]];

    /// <summary>The network. A pool is left out where images have come down to one pixel, as those below 32 x 32 do.</summary>
    public static GraphSpec CreateSmall(TensorShape input, int outputs)
    {
        var graph = new GraphBuilder(input);
        var side = Math.Min(input.Height, input.Width);
        for (var stage = 0; stage < s_stages.Length; stage++)
        {
            var name = $"stage{stage + 1}";
            foreach (var channels in s_stages[stage])
            {
                graph.AddTo(name, new ConvolutionSpec(channels));
                graph.AddTo(name, new BatchNormSpec());
                graph.AddTo(name, ElementFunction.Relu);
            }
            if (side >= 2) graph.AddTo(name, new PoolSpec(PoolFunction.Max, 2));
            side = Math.Max(1, side / 2);
        }
        graph.Add("flatten", new FlattenSpec());
        for (var layer = 1; layer <= 2; layer++)
            graph.Add($"linear{layer}", new LinearSpec(HeadOutputs) { Activation = new(ActivationKind.Relu), Dropout = true });
        return graph.Head(outputs);
    }
}
