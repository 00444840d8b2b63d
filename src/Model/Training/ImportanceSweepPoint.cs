namespace ActorSparse.Model.Training;

/// <summary>A trained network after importance pruning at one percentile.</summary>
/// <param name="Percentile">Percentile of the neurons' importance, 0 to 100; null for the network as it was.</param>
/// <param name="ParameterCount">Connections and the biases of living neurons.</param>
/// <param name="LivingNeurons">Living neurons of each hidden layer.</param>
/// <param name="Evaluation">Loss and accuracy.</param>
internal sealed record ImportanceSweepPoint(
    double? Percentile, long ParameterCount, IReadOnlyList<int> LivingNeurons, Evaluation Evaluation);
