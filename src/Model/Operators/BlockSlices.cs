using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators;

/// <summary>Which blocks of a network's parameters are one node's.</summary>
/// <param name="FirstSparse">Its first sparse block.</param>
/// <param name="SparseCount">How many it has.</param>
/// <param name="FirstDense">Its first dense block.</param>
/// <param name="DenseCount">How many it has.</param>
internal sealed record BlockSlices(int FirstSparse, int SparseCount, int FirstDense, int DenseCount)
{
    /// <summary>Gives <paramref name="pass"/> lists that <see cref="Bind"/> fills.</summary>
    internal void Prepare(OperatorPass pass)
    {
        pass.Sparse = new ListSlice<SparseBlock>(FirstSparse, SparseCount);
        pass.Dense = new ListSlice<DenseBlock>(FirstDense, DenseCount);
        pass.SparseGradients = new ListSlice<NativeBuffer<float>>(FirstSparse, SparseCount);
        pass.DenseGradients = new ListSlice<NativeBuffer<float>>(FirstDense, DenseCount);
    }

    /// <summary>Has a prepared pass work on <paramref name="parameters"/> and, if given, write <paramref name="gradients"/>.</summary>
    internal static void Bind(OperatorPass pass, ParameterSet parameters, GradientSet? gradients)
    {
        ((ListSlice<SparseBlock>)pass.Sparse).Source = parameters.Sparse;
        ((ListSlice<DenseBlock>)pass.Dense).Source = parameters.Dense;
        if (gradients is null) return;
        ((ListSlice<NativeBuffer<float>>)pass.SparseGradients).Source = gradients.Sparse;
        ((ListSlice<NativeBuffer<float>>)pass.DenseGradients).Source = gradients.Dense;
    }
}
