using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Kernels;

/// <summary>Kernels with vectors of 256 bits: 8 samples an instruction.</summary>
internal sealed class Vector256Kernels : VectorKernels<Isa256, Vector256<float>>
{
    internal Vector256Kernels(SparseKernels narrower) : base(narrower) { }

    /// <inheritdoc/>
    public override string Name => "256";
}
