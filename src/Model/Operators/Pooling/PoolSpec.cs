namespace ActorSparse.Model.Operators.Pooling;

/// <summary>
/// One number for every window of size x size positions of a channel. Windows that would end beyond the border are left out.
/// </summary>
/// <param name="Function">What a window becomes.</param>
/// <param name="Size">Height and width of a window.</param>
internal sealed record PoolSpec(PoolFunction Function, int Size) : OperatorSpec
{
    /// <summary>Positions from one window to the next; the size if nothing is said.</summary>
    public int Stride { get; init; } = Size;

    /// <summary>Positions beyond each border that windows may reach over, at most half the size.</summary>
    public int Padding { get; init; }

    /// <inheritdoc/>
    public override string Kind => NameOf(Function);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options =>
        new OptionWriter().Add("size", Size).Add("stride", Stride, Size).Add("padding", Padding, 0).List;

    /// <summary>What the text form calls pooling with <paramref name="function"/>.</summary>
    public static string NameOf(PoolFunction function) => function == PoolFunction.Max ? "max-pool" : "mean-pool";

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Any;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var input = inputs[0];
        if (Padding > Size / 2) throw new InvalidInputException($"padding {Padding}; expected at most half the size {Size}");
        if (Math.Min(input.Height, input.Width) + 2L * Padding < Size)
            throw new InvalidInputException($"its input is {input}; expected room for a window of {Size} x {Size}");
        return new(
            input.Channels, Shapes.Windows(input.Height, Size, Stride, Padding), Shapes.Windows(input.Width, Size, Stride, Padding));
    }

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        new PoolOperator(this, inputs[0], OutputShape(inputs));

    internal static PoolSpec Read(PoolFunction function, OptionReader options)
    {
        var size = options.Count("size");
        var padding = options.Count("padding", 0, min: 0);
        if (padding > size / 2) throw options.Fail("padding", $"{padding}", $"at most half the size, {size / 2}");
        return new(function, size) { Stride = options.Count("stride", size), Padding = padding };
    }
}
