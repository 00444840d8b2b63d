using ActorSparse.Model.Compute;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// What the forward and backward pass of one batch left behind, as guided rules ask for it. Valid until the workspace is used again; all
/// layers are seen as they were before any of them changes.
/// </summary>
internal sealed class BatchEvidence
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

    /// <summary>Products that the gradient of a connection of <paramref name="block"/> is the sum of.</summary>
    public int TermsPerGradient(int block) => _compute.TermsPerGradient(_workspace, block);

    /// <summary>
    /// The sums of sparse block <paramref name="block"/>, O(terms * neurons); null for <see cref="Guidance.Uniform"/>.
    /// </summary>
    public NeuronSums? Sums(Guidance guidance, int block) => NeuronSums.Of(
        guidance, TermsPerGradient(block), _random.Stream("signs", [block, .. _batch]), signs =>
        {
            var layout = _workspace.Graph.Layout.Sparse[block];
            var (inputs, outputs) = (new double[layout.Columns], new double[layout.Rows]);
            _compute.SumTerms(_workspace, block, signs, inputs, outputs);
            return new(inputs, outputs);
        });

    /// <summary>
    /// The gradients that connections at the places of <paramref name="candidates"/> would have in sparse block
    /// <paramref name="block"/>, in the candidates' order. O(terms * candidates).
    /// </summary>
    public void Differentiate(int block, Topology candidates, NativeBuffer<float> gradients) =>
        _compute.Differentiate(candidates, _workspace, block, gradients);
}
