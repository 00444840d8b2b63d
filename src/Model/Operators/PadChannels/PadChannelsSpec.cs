namespace ActorSparse.Model.Operators.PadChannels;

/// <summary>
/// The shortcut of a residual that has no weights (He et al. 2016, option A): every <see cref="Stride"/>-th row and column from the first
/// on, and channels of zeros, half of them before and half after those of the input (the odd one after), as common implementations have it.
/// </summary>
/// <param name="Outputs">Channels that come out, at least as many as come in.</param>
internal sealed record PadChannelsSpec(int Outputs) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "pad-channels";

    /// <summary>Rows and columns from one that is taken to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options =>
        new OptionWriter().Add("outputs", Outputs).Add("stride", Stride, 1).List;

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => BackwardReads.None;

    /// <inheritdoc/>
    public override SampleLayout Samples => SampleLayout.Any;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        var input = inputs[0];
        if (Outputs < input.Channels)
            throw new InvalidInputException($"its input has {input.Channels} channels; expected at most the {Outputs} that come out");
        return new(Outputs, (input.Height - 1) / Stride + 1, (input.Width - 1) / Stride + 1);
    }

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) =>
        new PadChannelsOperator(inputs[0], OutputShape(inputs), Stride);

    internal static PadChannelsSpec Read(OptionReader options) => new(options.Count("outputs")) { Stride = options.Count("stride", 1) };
}
