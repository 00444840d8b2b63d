using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators.Activations;

namespace ActorSparse.Model.Operators.Add;

/// <summary>Computes <see cref="AddSpec"/>, from the first input to the last, with a rectifier after it if there is one.</summary>
internal sealed class AddOperator : Operator
{
    private readonly ActivationSpec? _rectifier;

    internal AddOperator(ActivationSpec? rectifier = null) => _rectifier = rectifier;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var sum = pass.Inputs[0];
        for (var index = 1; index < pass.Inputs.Count; index++)
        {
            if (index + 1 < pass.Inputs.Count || _rectifier is null) Add(pass, sum, pass.Inputs[index], default(Unchanged));
            else if (_rectifier.Function == ElementFunction.Relu) Add(pass, sum, pass.Inputs[index], default(Relu));
            else Add(pass, sum, pass.Inputs[index], new LeakyRelu(_rectifier.Slope));
            sum = pass.Output;
        }
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (_rectifier is not null)
            Elementwise.Run(pass, new LeakyReluGradient(_rectifier.Slope), pass.Delta, pass.Output, pass.Delta);
        for (var index = 0; index < pass.InputDeltas.Count; index++)
            if (pass.InputDeltas[index] is { } target && !ReferenceEquals(target, pass.Delta)) Elementwise.Copy(pass, pass.Delta, target);
    }

    private static void Add<TMap>(OperatorPass pass, ActivationMatrix a, ActivationMatrix b, TMap after) where TMap : struct, IElementMap =>
        Elementwise.Run(pass, new Sum<TMap>(after), pass.Output, a, b);

    private readonly struct Sum<TMap>(TMap after) : IElementMap where TMap : struct, IElementMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TIsa, TVector>(TVector a, TVector b) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var sum = TIsa.Add(a, b);
            return after.Apply<TIsa, TVector>(sum, sum);
        }
    }
}
