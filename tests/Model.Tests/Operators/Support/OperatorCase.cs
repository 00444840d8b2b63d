using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>An operator on small odd shapes, and what it computes in training, written down from its definition.</summary>
internal sealed record OperatorCase(OperatorSpec Spec, TensorShape[] Shapes, Func<OracleData, double[][]> Oracle)
{
    internal double Density { get; init; } = 0.6;

    /// <summary>Computed with the operator, and part of what the oracle gives.</summary>
    internal ActivationSpec? Rectifier { get; init; }

    /// <summary>Whether inputs and output have their samples in groups.</summary>
    internal (bool Inputs, bool Output) Grouped { get; private init; }

    /// <summary>This with every way in which the operator may find the samples in memory.</summary>
    internal IEnumerable<OperatorCase> InMemory() => (Spec.IsView ? SampleLayout.Plain : Spec.Samples) switch
    {
        SampleLayout.Plain => [this],
        SampleLayout.Same => [this, this with { Grouped = (true, true) }],
        _ => [this, this with { Grouped = (true, true) }, this with { Grouped = (false, true) }, this with { Grouped = (true, false) }],
    };

    internal TensorShape Output => Spec.OutputShape(Shapes);

    public override string ToString() =>
        $"{Spec.Kind} {string.Join(' ', Spec.Options.Select(option => $"{option.Name}={option.Value}"))} of {string.Join(", ", Shapes)}{(Rectifier is null ? "" : $" with {Rectifier.Kind}")}, grouped {Grouped}";
}
