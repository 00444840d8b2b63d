namespace ActorSparse.Model.Coordination;

/// <summary>What a worker that takes part has contributed since the run is coordinated here.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Samples">Samples of what counted.</param>
/// <param name="Answers">How many of its gradients or replicas counted.</param>
/// <param name="Staleness">Staleness of the last one, in updates.</param>
/// <param name="StalenessSum">The sum over all of them.</param>
internal readonly record struct WorkerStatus(string Name, long Samples, long Answers, long Staleness, long StalenessSum)
{
    /// <summary>Mean staleness, in updates; 0 while nothing counted.</summary>
    public double StalenessMean => Answers == 0 ? 0 : StalenessSum / (double)Answers;

    /// <summary>With one answer more.</summary>
    internal WorkerStatus Plus(string name, long samples, long staleness) =>
        new(name, Samples + samples, Answers + 1, staleness, StalenessSum + staleness);
}
