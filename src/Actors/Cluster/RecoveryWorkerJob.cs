using ActorSparse.Actors.Recovery;
using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A series of recoveries as a worker node found it.</summary>
/// <param name="Job">What all nodes know of it.</param>
/// <param name="Samples">The samples here, for all workers of the node.</param>
/// <param name="DataHash">Hash of the contents of the training set here.</param>
/// <param name="ConfigurationHash">Hash of options and training samples here.</param>
internal sealed record RecoveryWorkerJob(RecoveryJob Job, SampleStore Samples, string DataHash, string ConfigurationHash)
    : WorkerJob(Job.RunId, DataHash, ConfigurationHash)
{
    /// <inheritdoc/>
    public override string Name => "recovery";

    /// <inheritdoc/>
    public override LinkFormat Format(LinkSettings settings) => LinkFormat.Of(Job, settings);

    /// <inheritdoc/>
    public override Props Worker(
        string name, long incarnation, IActorRef link, ProtocolSettings settings, int threads, Func<bool> isLinkBusy) =>
        RecoveryWorkerActor.Props(new(name, incarnation, link, Samples, settings.AnswerTimeout, threads, isLinkBusy));
}
