using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Add;

/// <summary>Computes <see cref="AddSpec"/>, from the first input to the last.</summary>
public sealed class AddOperator : Operator
{
    internal AddOperator()
    {
    }

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        Elementwise.Run(pass, new Sum(), pass.Output, pass.Inputs[0], pass.Inputs[1]);
        for (var index = 2; index < pass.Inputs.Count; index++)
            Elementwise.Run(pass, new Sum(), pass.Output, pass.Output, pass.Inputs[index]);
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        for (var index = 0; index < pass.InputDeltas.Count; index++)
            if (pass.InputDeltas[index] is { } target) Elementwise.Copy(pass, pass.Delta, target);
    }

    private readonly struct Sum : IElementMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TIsa, TVector>(TVector a, TVector b) where TIsa : struct, IVectorIsa<TVector> where TVector : struct =>
            TIsa.Add(a, b);
    }
}
