namespace ActorSparse.Model.Recovery;

/// <summary>The sum of one node of <see cref="PairwiseSum"/>.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Index">Its place among those of its level.</param>
/// <param name="Sums">The sums.</param>
internal sealed record NodeSum(int Level, int Index, double[] Sums);
