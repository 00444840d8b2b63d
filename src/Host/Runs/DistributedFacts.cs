namespace ActorSparse.Host.Runs;

/// <summary>What only runs with workers know.</summary>
/// <param name="UpdatesPerSecond">Updates a second over this call's training, those of replicas in phase two included.</param>
/// <param name="StalenessMean">Mean staleness of the gradients applied, in updates.</param>
/// <param name="StalenessMax">Largest staleness of a gradient applied, in updates.</param>
/// <param name="WorkersLost">How often a worker was lost.</param>
internal sealed record DistributedFacts(double UpdatesPerSecond, double StalenessMean, long StalenessMax, int WorkersLost);
