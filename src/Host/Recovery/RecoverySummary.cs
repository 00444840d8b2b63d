namespace ActorSparse.Host.Recovery;

/// <summary>The means over all seeds of one method, with so many neurons and weights.</summary>
/// <param name="Method">The method.</param>
/// <param name="Neurons">Neurons of a hidden layer, m.</param>
/// <param name="Nonzeros">Weights planted or asked for, s.</param>
/// <param name="Runs">Number of seeds.</param>
/// <param name="Weights">Weights that it has.</param>
/// <param name="LivingNeurons">Neurons that have some.</param>
/// <param name="Psnr">Decibels on the samples it was fitted to.</param>
/// <param name="TestPsnr">Decibels on others.</param>
/// <param name="Exact">The share of exact recoveries of the weights.</param>
/// <param name="Score">The score on the test or validation samples.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record RecoverySummary(
    string Method, int Neurons, int Nonzeros, int Runs, double Weights, double LivingNeurons, double? Psnr, double? TestPsnr, double? Exact,
    double? Score, double Seconds)
{
    /// <summary>Summaries in the order of the rows.</summary>
    public static IReadOnlyList<RecoverySummary> Of(IReadOnlyList<RecoveryRow> rows) =>
    [
        .. rows.GroupBy(row => (row.Method, row.Neurons, row.Nonzeros)).Select(group => new RecoverySummary(
            group.Key.Method, group.Key.Neurons, group.Key.Nonzeros, group.Count(), group.Average(row => (double)row.Weights),
            group.Average(row => (double)row.LivingNeurons), group.Average(row => row.Psnr), group.Average(row => row.TestPsnr),
            group.Average(row => row.IsExact is { } exact ? exact ? 1 : 0.0 : null), group.Average(row => row.Score),
            group.Average(row => row.Seconds))),
    ];
}
