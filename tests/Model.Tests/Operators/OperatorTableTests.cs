using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators;
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

namespace ActorSparse.Model.Tests.Operators;

public sealed class OperatorTableTests
{
    // Each with as many options away from their defaults as it has.
    private static readonly OperatorSpec[] s_specs =
    [
        new LinearSpec(10),
        new LinearSpec(10) { Bias = false, Activation = Activation.Parse("leaky-relu:-0.6"), Dropout = true },
        new ConvolutionSpec(16),
        new ConvolutionSpec(16) { Kernel = 5, Stride = 2, Padding = 1, Bias = false },
        new DepthwiseSpec(),
        new DepthwiseSpec { Kernel = 5, Stride = 2, Padding = 1, Bias = false },
        new PointwiseSpec(4),
        new PointwiseSpec(4) { Bias = false },
        new TokenMixSpec(MixAxis.Rows),
        new TokenMixSpec(MixAxis.Columns) { Bias = false },
        new AttentionSpec(6),
        new BatchNormSpec(),
        new LayerNormSpec(),
        new GroupNormSpec(8),
        new AddSpec(),
        new ConcatSpec(),
        new FlattenSpec(),
        new TokensSpec(),
        new PatchesSpec(4),
        new PositionsSpec(),
        new PositionsSpec(IsLearned: true),
        new PadChannelsSpec(32),
        new PadChannelsSpec(32) { Stride = 2 },
        new GlobalMeanSpec(),
        new PoolSpec(PoolFunction.Max, 2),
        new PoolSpec(PoolFunction.Max, 3) { Stride = 2, Padding = 1 },
        new PoolSpec(PoolFunction.Mean, 2),
        new ActivationSpec(ElementFunction.Relu),
        new ActivationSpec(ElementFunction.LeakyRelu, 0.25f),
        new ActivationSpec(ElementFunction.LeakyRelu, 1 / 3f),
        new ActivationSpec(ElementFunction.Sigmoid),
        new ActivationSpec(ElementFunction.Tanh),
        new ActivationSpec(ElementFunction.Gelu),
    ];

    [Fact]
    public void Every_node_is_made_again_from_its_options()
    {
        foreach (var spec in s_specs) Assert.Equal(spec, OperatorTable.Create(spec.Kind, spec.Options));
    }

    [Fact]
    public void Every_kind_refuses_an_option_that_it_does_not_have_in_one_line()
    {
        foreach (var spec in s_specs)
        {
            var error = Assert.Throws<InvalidInputException>(() => OperatorTable.Create(spec.Kind, spec.Options.Append(("colour", "red"))));
            Assert.StartsWith($"{spec.Kind}: option 'colour' is unknown; expected ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [InlineData("linear", "", "linear: option 'outputs' is missing; expected a whole number from 1 to 2147483647")]
    [InlineData("linear", "outputs=0", "linear: option 'outputs' is '0'; expected a whole number from 1 to 2147483647")]
    [InlineData("linear", "outputs=1.5", "linear: option 'outputs' is '1.5'; expected a whole number from 1 to 2147483647")]
    [InlineData("linear", "outputs=9999999999", "linear: option 'outputs' is '9999999999'; expected a whole number from 1 to 2147483647")]
    [InlineData("linear", "outputs=3 outputs=4", "linear: option 'outputs' is given twice")]
    [InlineData("linear", "outputs=3 bias=yes", "linear: option 'bias' is 'yes'; expected true or false")]
    [InlineData("linear", "outputs=3 activation=softmax",
        "linear: option 'activation' is 'softmax'; expected identity, relu, leaky-relu[:slope], sigmoid or tanh")]
    [InlineData("linear", "outputs=3 activation=all-relu",
        "linear: option 'activation' is 'all-relu'; expected identity, relu, leaky-relu[:slope], sigmoid or tanh")]
    [InlineData("leaky-relu", "slope=NaN", "leaky-relu: option 'slope' is 'NaN'; expected a number")]
    [InlineData("max-pool", "size=3 padding=2", "max-pool: option 'padding' is '2'; expected at most half the size, 1")]
    [InlineData("max-pool", "size=3 padding=-1", "max-pool: option 'padding' is '-1'; expected a whole number from 0 to 2147483647")]
    [InlineData("token-mix", "", "token-mix: option 'axis' is missing; expected rows or columns")]
    [InlineData("token-mix", "axis=width", "token-mix: option 'axis' is 'width'; expected rows or columns")]
    [InlineData("relu", "slope=1", "relu: option 'slope' is unknown; expected no options")]
    [InlineData("pointwise", "outputs=1 stride=1", "pointwise: option 'stride' is unknown; expected one of outputs, bias")]
    public void What_cannot_be_used_is_named(string kind, string options, string message)
    {
        var pairs = options.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(option => option.Split('=')).Select(pair => (pair[0], pair[1]));
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => OperatorTable.Create(kind, pairs)).Message);
    }

    [Fact]
    public void Unknown_kinds_are_answered_with_those_that_there_are()
    {
        var error = Assert.Throws<InvalidInputException>(() => OperatorTable.Create("lstm", []));
        Assert.StartsWith("operator 'lstm': expected one of add, attention, batch-norm, ", error.Message, StringComparison.Ordinal);
        Assert.All(OperatorTable.Kinds, kind => Assert.Contains(kind, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_is_tried_here()
    {
        var tried = s_specs.Select(spec => spec.Kind).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(OperatorTable.Kinds, tried);
    }
}
