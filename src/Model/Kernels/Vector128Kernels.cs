using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Kernels;

/// <summary>Kernels with vectors of 128 bits: 4 samples an instruction.</summary>
internal sealed class Vector128Kernels : VectorKernels<Isa128, Vector128<float>>
{
    internal Vector128Kernels(SparseKernels narrower) : base(narrower) { }

    /// <inheritdoc/>
    public override string Name => "128";
}
