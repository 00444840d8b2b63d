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

namespace ActorSparse.Model.Operators;

/// <summary>The kinds of nodes that there are: what the text form calls each, and how its options are read.</summary>
internal static class OperatorTable
{
    private static readonly SortedDictionary<string, Func<OptionReader, OperatorSpec>> s_kinds = new(StringComparer.Ordinal)
    {
        [LinearSpec.Name] = LinearSpec.Read,
        [ConvolutionSpec.Name] = ConvolutionSpec.Read,
        [DepthwiseSpec.Name] = DepthwiseSpec.Read,
        [PointwiseSpec.Name] = PointwiseSpec.Read,
        [TokenMixSpec.Name] = TokenMixSpec.Read,
        [AttentionSpec.Name] = AttentionSpec.Read,
        [BatchNormSpec.Name] = _ => new BatchNormSpec(),
        [LayerNormSpec.Name] = _ => new LayerNormSpec(),
        [GroupNormSpec.Name] = GroupNormSpec.Read,
        [AddSpec.Name] = _ => new AddSpec(),
        [ConcatSpec.Name] = _ => new ConcatSpec(),
        [FlattenSpec.Name] = _ => new FlattenSpec(),
        [TokensSpec.Name] = _ => new TokensSpec(),
        [PatchesSpec.Name] = PatchesSpec.Read,
        [PositionsSpec.Name] = PositionsSpec.Read,
        [PadChannelsSpec.Name] = PadChannelsSpec.Read,
        [GlobalMeanSpec.Name] = _ => new GlobalMeanSpec(),
        [PoolSpec.NameOf(PoolFunction.Max)] = options => PoolSpec.Read(PoolFunction.Max, options),
        [PoolSpec.NameOf(PoolFunction.Mean)] = options => PoolSpec.Read(PoolFunction.Mean, options),
        [ActivationSpec.NameOf(ElementFunction.Relu)] = options => ActivationSpec.Read(ElementFunction.Relu, options),
        [ActivationSpec.NameOf(ElementFunction.LeakyRelu)] = options => ActivationSpec.Read(ElementFunction.LeakyRelu, options),
        [ActivationSpec.NameOf(ElementFunction.Sigmoid)] = options => ActivationSpec.Read(ElementFunction.Sigmoid, options),
        [ActivationSpec.NameOf(ElementFunction.Tanh)] = options => ActivationSpec.Read(ElementFunction.Tanh, options),
        [ActivationSpec.NameOf(ElementFunction.Gelu)] = options => ActivationSpec.Read(ElementFunction.Gelu, options),
    };

    /// <summary>All kinds, in the order of the alphabet.</summary>
    public static IReadOnlyCollection<string> Kinds => s_kinds.Keys;

    /// <summary>
    /// The node of <paramref name="kind"/> with <paramref name="options"/>, as <see cref="OperatorSpec.Options"/> has them.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no such kind, or an option is unknown, missing or has a wrong value.</exception>
    public static OperatorSpec Create(string kind, IEnumerable<(string Name, string Value)> options)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(options);
        if (!s_kinds.TryGetValue(kind, out var read))
            throw new InvalidInputException($"operator '{kind}': expected one of {string.Join(", ", s_kinds.Keys)}");
        var reader = new OptionReader(kind, options);
        var spec = read(reader);
        reader.RefuseOthers();
        return spec;
    }
}
