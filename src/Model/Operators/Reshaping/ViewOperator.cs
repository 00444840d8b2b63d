namespace ActorSparse.Model.Operators.Reshaping;

/// <summary>Computes nothing: the output is the input's memory under another shape.</summary>
internal sealed class ViewOperator : Operator
{
    internal ViewOperator()
    {
    }

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
    }
}
