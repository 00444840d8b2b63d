namespace ActorSparse.Model.Operators.Attention;

/// <summary>
/// Multi-head self-attention without its projections, which are sparse maps of their own ('pointwise'): softmax(q k' / sqrt(d)) v over all
/// positions. What comes in are the channels of q, then k, then v, as many of each; the heads take d channels that follow each other.
/// </summary>
/// <param name="Heads">Heads; the channels of q are a multiple.</param>
internal sealed record AttentionSpec(int Heads) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "attention";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options => new OptionWriter().Add("heads", Heads).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var input = inputs[0];
        if (input.Channels % (3L * Heads) != 0)
            throw new InvalidInputException(
                $"its input has {input.Channels} channels; expected q, k and v of one size that is a multiple of its {Heads} heads");
        return input with { Channels = input.Channels / 3 };
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) =>
        2L * inputs[0].Positions * inputs[0].Positions * (inputs[0].Channels / 3);

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new AttentionOperator(inputs[0], Heads);

    internal static AttentionSpec Read(OptionReader options) => new(options.Count("heads"));
}
