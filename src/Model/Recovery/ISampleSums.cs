namespace ActorSparse.Model.Recovery;

/// <summary>Whoever answers for all samples.</summary>
internal interface ISampleSums
{
    /// <summary>The sums over all samples of the batch, <see cref="SumRequest.Length"/> numbers; valid until the next call.</summary>
    ReadOnlySpan<double> Compute(SumRequest request);
}
