namespace ActorSparse.Model.Operators.Reshaping;

/// <summary>
/// Patches of size x size positions, side by side, as positions of their own: C x H x W becomes C size^2 x H/size x W/size. Channel
/// (c * size + dy) * size + dx of a patch is its pixel (dy, dx) of channel c, as the columns of a convolution's weights are.
/// </summary>
/// <param name="Size">Height and width of a patch; the sides of the input are multiples.</param>
internal sealed record PatchesSpec(int Size) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "patches";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options => new OptionWriter().Add("size", Size).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var input = inputs[0];
        return input.Height % Size == 0 && input.Width % Size == 0
            ? new(checked(input.Channels * Size * Size), input.Height / Size, input.Width / Size)
            : throw new InvalidInputException($"its input is {input}; expected sides that are multiples of its patches' {Size}");
    }

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new PatchesOperator(inputs[0], Size);

    internal static PatchesSpec Read(OptionReader options) => new(options.Count("size"));
}
