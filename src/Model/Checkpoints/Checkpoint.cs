using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Everything that a run needs to go on, and that a trained network needs to be used: parameters, momentum, topologies with their
/// identities, living neurons, where training stands, and how features were standardised.
/// </summary>
internal sealed record Checkpoint : IDisposable
{
    /// <summary>The network; owned.</summary>
    public required Network Network { get; init; }

    /// <summary>Where training stands; all random streams follow from its seed and counters. Null for a network that is only to be
    /// used.</summary>
    public TrainingState? State { get; init; }

    /// <summary>
    /// Replicas of workers that train alone, for the shards in order, null where a shard has none; where one trainer trains, networks that its
    /// rule keeps (<see cref="SequentialTrainer.Kept"/>). Owned; empty where there are neither.
    /// </summary>
    public IReadOnlyList<Network?> Replicas { get; init; } = [];

    /// <summary>The accounts of a run with workers, as whoever coordinates them writes them; null where there are none.</summary>
    public string? Coordination { get; init; }

    /// <summary>Mode of training and its phase, such as "sequential".</summary>
    public string Phase { get; init; } = "";

    /// <summary>What features and classes mean, and the training set's mean and deviation; null if nothing is known of the data.</summary>
    public DataSchema? Schema { get; init; }

    /// <summary>The run's configuration as text, as whoever trains writes it.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Hash of the part of the configuration that must not change when the run goes on.</summary>
    public string ConfigurationHash { get; init; } = "";

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        foreach (var replica in Replicas) replica?.Dispose();
    }
}
