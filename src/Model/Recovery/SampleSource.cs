namespace ActorSparse.Model.Recovery;

/// <summary>
/// Which samples a question is about, so that another process can make or find them: those of a network of so many neurons and weights
/// planted by that seed where networks are planted, else always the same; then as the layer after some hidden ones sees them.
/// </summary>
/// <param name="Neurons">Neurons of the planted network.</param>
/// <param name="Nonzeros">Its weights.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Layers">The hidden layers that were found before, a block a neuron.</param>
/// <param name="ContentHash">Of the samples: whoever has others is no worker.</param>
internal sealed record SampleSource(int Neurons, int Nonzeros, long Seed, IReadOnlyList<SparseVector> Layers, ulong ContentHash)
{
    /// <summary>Whether <paramref name="other"/> names the same samples.</summary>
    public bool IsSame(SampleSource? other) => other is not null
        && (Neurons, Nonzeros, Seed, Layers.Count, ContentHash) == (other.Neurons, other.Nonzeros, other.Seed, other.Layers.Count, other.ContentHash);
}
