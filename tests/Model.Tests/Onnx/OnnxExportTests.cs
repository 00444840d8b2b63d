using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Onnx;
using ActorSparse.Model.Tests.Data;

namespace ActorSparse.Model.Tests.Onnx;

/// <summary>Whole networks as ONNX models; that each operator is the same is in the contract of operators.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private const int Samples = 7;

    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Root, "network.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("softmax", LossKind.CrossEntropy, false, "probabilities")]
    [InlineData("softmax", LossKind.CrossEntropy, true, "probabilities")]
    [InlineData("sigmoid", LossKind.BinaryCrossEntropy, true, "probabilities")]
    [InlineData("identity", LossKind.MeanSquaredError, false, "targets")]
    public void Raw_features_become_what_the_network_says(string output, LossKind loss, bool isSparse, string name)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = [8, 12, 10, 3], Epsilon = 3, HiddenActivation = new(ActivationKind.AllRelu, 0.6f),
            OutputActivation = Activation.Parse(output), Loss = loss,
        };
        Compare(spec, isSparse, name);
    }

    [Fact]
    public void Images_go_through_convolutions_norms_and_pools() => Compare(
        new()
        {
            Epsilon = 3,
            Graph = GraphText.Parse("""
                {"input": "2x4x6", "nodes": [
                  {"name": "stem", "operator": "convolution", "channels": 4},
                  {"operator": "batch-norm"},
                  {"name": "act", "operator": "relu"},
                  {"operator": "max-pool", "size": 2},
                  {"name": "deep", "operator": "convolution", "channels": 6, "bias": false},
                  {"name": "short", "operator": "pad-channels", "inputs": "act", "outputs": 6, "stride": 2},
                  {"operator": "add", "inputs": ["deep", "short"]},
                  {"operator": "global-mean"},
                  {"name": "head", "operator": "linear", "outputs": 3}]}
                """),
        },
        isSparse: true, "probabilities");

    [Theory]
    [InlineData("resnet-8")]
    [InlineData("vgg-16-small")]
    [InlineData("simple-vit-tiny")]
    [InlineData("smlp-small")]
    public void Networks_with_names_are_exported(string network) => Compare(
        new NetworkSpec { Graph = NamedNetworks.Create(network, new(2, 8, 8), 3) }.WithSparsity(0.9), isSparse: true, "probabilities");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_without_connections_is_its_biases(bool isSparse)
    {
        using var network = Network.Create(new() { LayerSizes = [4, 3], Epsilon = 1e-9, OutputActivation = new(ActivationKind.Sigmoid) }, new RandomSource(1));
        Assert.Equal(0, network.ConnectionCount);
        OnnxExport.Write(new() { Network = network }, FilePath, isSparse);
        using var run = new OnnxRun(File.ReadAllBytes(FilePath));
        Assert.Equal([.. network.Parameters.Dense[0].Values.Span.ToArray().Select(bias => 1 / (1 + MathF.Exp(-bias)))],
            run.Run(("features", [1, 2, 3, 4], [1, 4])), (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void What_no_ONNX_file_can_hold_is_refused_before_it_is_made()
    {
        using var network = Network.Create(new() { LayerSizes = [40_000, 20_000, 2], Epsilon = 0.01 }, new RandomSource(1));
        var error = Assert.Throws<InvalidInputException>(() => OnnxExport.Write(new() { Network = network }, FilePath, isSparse: false));
        Assert.Contains("dense weights of 3.2 GB; expected at most 2.1 GB", error.Message, StringComparison.Ordinal);
        OnnxExport.Write(new() { Network = network }, FilePath, isSparse: true);
        Assert.InRange(new FileInfo(FilePath).Length, OnnxExport.WeightBytes(network, isSparse: true), 1_000_000);
    }

    private void Compare(NetworkSpec spec, bool isSparse, string name)
    {
        using var network = Network.Create(spec, new RandomSource(3));
        var random = new RandomSource(4).Stream("features");
        var (count, kind) = (spec.InputCount, spec.Loss switch
        {
            LossKind.MeanSquaredError => TargetKind.Real, LossKind.BinaryCrossEntropy => TargetKind.LabelSets, _ => TargetKind.Classes,
        });
        foreach (var block in network.Parameters.Dense)
            foreach (ref var value in block.Values.Span) value = (float)(value + Math.Abs(random.NextGaussian()) / 4);
        float[] means = [.. Enumerable.Range(0, count).Select(feature => feature % 7 - 3f)];
        float[] deviations = [.. Enumerable.Range(0, count).Select(feature => feature % 5 / 2f + 0.5f)];
        string[] names = ["a", "b", "c"];
        var schema = new DataSchema
        {
            FeatureCount = count, TargetKind = kind, ClassCount = kind == TargetKind.Classes ? 3 : 0,
            ClassNames = kind == TargetKind.Classes ? names : null, TargetNames = kind == TargetKind.Classes ? null : names,
            Standardization = new(means, deviations),
            TargetStandardization = kind == TargetKind.Real ? new([10, -5, 0], [2, 3, 4]) : null,
        };
        OnnxExport.Write(new() { Network = network, Schema = schema }, FilePath, isSparse);
        float[] features = [.. Enumerable.Range(0, Samples * count).Select(_ => (float)(3 * random.NextGaussian()))];
        using var run = new OnnxRun(File.ReadAllBytes(FilePath));
        Assert.Equal(name, run.OutputName);
        Assert.Contains("\"a\",\"b\",\"c\"", run.Metadata["data_schema"], StringComparison.Ordinal);
        var actual = run.Run(("features", features, [Samples, count]));

        using var compute = new NetworkCompute();
        using var workspace = new Workspace(spec, Samples);
        workspace.Input.SetBatch(Samples);
        for (var sample = 0; sample < Samples; sample++)
            for (var feature = 0; feature < count; feature++)
                workspace.Input[feature, sample] = (features[sample * count + feature] - means[feature]) / deviations[feature];
        compute.Forward(network, workspace);
        double[] expected = [.. Enumerable.Range(0, Samples).SelectMany(sample => Enumerable.Range(0, 3).Select(output =>
            schema.TargetStandardization?.Restore(output, workspace.Output[output, sample]) ?? workspace.Output[output, sample]))];
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++) Assert.Equal(expected[index], actual[index], 1e-4);
        Assert.True(expected.Distinct().Count() > Samples, "all samples have the same outputs");
    }
}
