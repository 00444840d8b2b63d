using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>What one thread of a <see cref="LocalTrainer"/> computes with.</summary>
/// <param name="source">Computes gradients.</param>
/// <param name="owns">Whether the source goes with it.</param>
internal sealed class LocalTrainerMember(ShardGradients source, bool owns) : IDisposable
{
    public ShardGradients Source => source;

    /// <summary>Room for a gradient, once the network is known.</summary>
    public GradientSet? Gradients { get; set; }

    /// <summary>What the last batch told.</summary>
    public BatchResult Result { get; private set; }

    public void Compute(Network network, Assignment assignment, int batch) =>
        Result = source.Gradient(network, assignment.Shard, assignment.Epoch, batch, Gradients!);

    public void Dispose()
    {
        Gradients?.Dispose();
        if (owns) source.Dispose();
    }
}
