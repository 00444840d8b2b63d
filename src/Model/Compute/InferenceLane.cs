using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Compute;

/// <summary>
/// What predicts on one thread: arithmetic and room for it. As many as there are of them may run one network at a time, which nobody
/// changes meanwhile. One caller at a time each.
/// </summary>
internal sealed class InferenceLane(NetworkSpec spec, SparseKernels? kernels = null) : IDisposable
{
    /// <summary>Arithmetic on the caller's thread.</summary>
    public NetworkCompute Compute { get; } = new(kernels);

    /// <summary>Room for batches of any size.</summary>
    public Workspaces Workspaces { get; } = new(spec);

    /// <inheritdoc/>
    public void Dispose()
    {
        Workspaces.Dispose();
        Compute.Dispose();
    }
}
