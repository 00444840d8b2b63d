using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Messages;

/// <summary>
/// Pruning and growth between coordinator and topology actor, who has the rule and the calendar. (The name leaves "Topology" to the data
/// structure.) Requests are repeated, under a new number, if the topology actor dies.
/// </summary>
internal static class TopologyEvolution
{
    /// <summary>The coordinator says where training stands. Answered with <see cref="Next"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="RequestId">Number of the request, ascending.</param>
    /// <param name="EvolvedEpochs">The first so many epochs have evolved or were not to.</param>
    /// <param name="EvolvedUpdates">The first so many updates have evolved or were not to.</param>
    public sealed record Standing(ulong RunId, long RequestId, int EvolvedEpochs, long EvolvedUpdates) : IToHelper;

    /// <summary>The topology actor says when topologies evolve next.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Due">When.</param>
    public sealed record Next(ulong RunId, long RequestId, NextEvolution Due) : IToCoordinator, ILocalMessage;

    /// <summary>The epoch that the topology actor named is over: what changes? Answered with <see cref="Evolved"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="RequestId">Number of the request, ascending.</param>
    /// <param name="Epoch">The epoch, counted from 0.</param>
    /// <param name="Snapshot">The parameters at its end, which others read as well.</param>
    public sealed record Evolve(ulong RunId, long RequestId, int Epoch, Lease<SharedNetwork> Snapshot) : IToHelper;

    /// <summary>What the topology actor prunes and grows. Refused as late if its number is not that of the latest request.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Seconds">How long it took to compute.</param>
    /// <param name="Changes">The changes: the coordinator's from now on.</param>
    /// <param name="Due">When topologies evolve next.</param>
    public sealed record Evolved(ulong RunId, long RequestId, double Seconds, Lease<EpochEvolution> Changes, NextEvolution Due)
        : IToCoordinator, ILocalMessage;
}
