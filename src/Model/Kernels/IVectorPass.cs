namespace ActorSparse.Model.Kernels;

/// <summary>
/// A loop that is written once for all instruction sets: <see cref="SparseKernels.Dispatch"/> runs it in one of them. An implementation is
/// a struct, so that the compiler specialises the loop, and holds what it works on.
/// </summary>
internal interface IVectorPass
{
    /// <summary>The loop with the vectors of <typeparamref name="TIsa"/>.</summary>
    void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct;
}
