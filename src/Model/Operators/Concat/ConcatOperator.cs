namespace ActorSparse.Model.Operators.Concat;

/// <summary>Computes <see cref="ConcatSpec"/>: channels lie one after the other, so inputs are parts of the output's memory.</summary>
internal sealed class ConcatOperator : Operator
{
    internal ConcatOperator()
    {
    }

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var first = 0;
        for (var index = 0; index < pass.Inputs.Count; index++)
        {
            Elementwise.Copy(pass, pass.Inputs[index], 0, pass.Output, first, pass.Inputs[index].Neurons);
            first += pass.Inputs[index].Neurons;
        }
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var first = 0;
        for (var index = 0; index < pass.Inputs.Count; index++)
        {
            if (pass.InputDeltas[index] is { } target) Elementwise.Copy(pass, pass.Delta, first, target, 0, target.Neurons);
            first += pass.Inputs[index].Neurons;
        }
    }
}
