using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Kernels;

/// <summary>Kernels with vectors of 512 bits: 16 samples an instruction.</summary>
internal sealed class Vector512Kernels : VectorKernels<Isa512, Vector512<float>>
{
    internal Vector512Kernels(SparseKernels narrower) : base(narrower) { }

    /// <inheritdoc/>
    public override string Name => "512";
}
