using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Messages;

/// <summary>Pruning and growth between coordinator and topology actor. (The name leaves "Topology" to the data structure.)</summary>
public static class TopologyEvolution
{
    /// <summary>
    /// The coordinator asks for the changes due after an epoch. Repeated, with a new <paramref name="EvolutionId"/>, if the topology actor
    /// dies or does not answer.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvolutionId">Number of the request, ascending.</param>
    /// <param name="Epoch">The epoch that ended, counted from 0.</param>
    /// <param name="ModelVersion">Version of the snapshot.</param>
    /// <param name="Snapshot">The parameters at the end of the epoch: the topology actor's from now on.</param>
    public sealed record Evolve(ulong RunId, long EvolutionId, int Epoch, long ModelVersion, Lease<WorkSet> Snapshot) : IToHelper;

    /// <summary>What the topology actor pruned and grew. Refused as late if its number is not that of the latest request.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvolutionId">Number of the request.</param>
    /// <param name="Epoch">The epoch that ended.</param>
    /// <param name="ModelVersion">Version of the snapshot.</param>
    /// <param name="Seconds">How long it took to compute.</param>
    /// <param name="Changes">The changes: the coordinator's from now on.</param>
    public sealed record Evolved(ulong RunId, long EvolutionId, int Epoch, long ModelVersion, double Seconds,
        Lease<EpochEvolution> Changes) : IToCoordinator, ILocalMessage;
}
