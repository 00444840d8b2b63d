using ActorSparse.Model.Compute;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// What the forward and backward pass of one batch left behind, as guided rules ask for it. Valid until the workspace is used again; all
/// layers are seen as they were before any of them changes.
/// </summary>
public sealed class BatchEvidence
{
    private readonly NetworkCompute _compute;
    private readonly Workspace _workspace;
    private readonly RandomSource _random;
    private readonly long[] _batch;

    /// <summary>
    /// Refers to <paramref name="workspace"/> after a backward pass. <paramref name="batch"/> are the numbers that name the batch among all
    /// that the seed ever sees, so that every batch draws signs of its own.
    /// </summary>
    public BatchEvidence(NetworkCompute compute, Workspace workspace, RandomSource random, params ReadOnlySpan<long> batch)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(random);
        _compute = compute;
        _workspace = workspace;
        _random = random;
        _batch = batch.ToArray();
    }

    /// <summary>Samples of the batch, B.</summary>
    public int SampleCount => _workspace.Batch;

    /// <summary>The sums of weight layer <paramref name="layer"/>, O(B * neurons); null for <see cref="Guidance.Uniform"/>.</summary>
    public NeuronSums? Sums(Guidance guidance, int layer) => NeuronSums.Of(
        guidance, _workspace.Activations[layer], _workspace.Delta(layer), _random.Stream("signs", [layer, .. _batch]));

    /// <summary>
    /// The gradients that connections at the places of <paramref name="candidates"/> would have in weight layer
    /// <paramref name="layer"/>: sum over the samples of delta[row] * h[column], in the candidates' order. O(B * candidates).
    /// </summary>
    public void Differentiate(int layer, Topology candidates, NativeBuffer<float> gradients) =>
        _compute.Differentiate(candidates, _workspace, layer, gradients);
}
