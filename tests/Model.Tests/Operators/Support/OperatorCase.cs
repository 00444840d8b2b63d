using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>An operator on small odd shapes, and what it computes in training, written down from its definition.</summary>
internal sealed record OperatorCase(OperatorSpec Spec, TensorShape[] Shapes, Func<OracleData, double[][]> Oracle)
{
    internal double Density { get; init; } = 0.6;

    internal TensorShape Output => Spec.OutputShape(Shapes);

    public override string ToString() =>
        $"{Spec.Kind} {string.Join(' ', Spec.Options.Select(option => $"{option.Name}={option.Value}"))} of {string.Join(", ", Shapes)}";
}
