using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A training as a worker node found it.</summary>
/// <param name="Job">What is trained.</param>
/// <param name="DataHash">Hash of the contents of the training set here.</param>
/// <param name="ConfigurationHash">Hash of options and training samples here.</param>
internal sealed record TrainingWorkerJob(TrainingJob Job, string DataHash, string ConfigurationHash)
    : WorkerJob(Job.RunId, DataHash, ConfigurationHash)
{
    /// <inheritdoc/>
    public override string Name => "training";

    /// <inheritdoc/>
    public override string HowToContinue => "; its coordinator continues it with --resume";

    /// <inheritdoc/>
    public override LinkFormat Format(LinkSettings settings) => LinkFormat.Of(Job, settings);

    /// <inheritdoc/>
    public override Props Worker(
        string name, long incarnation, IActorRef link, ProtocolSettings settings, int threads, Func<bool> isLinkBusy) => WorkerActor.Props(
            new()
            {
                Name = name, Incarnation = incarnation, Coordinator = link, Job = Job, Settings = settings, Threads = threads,
                IsLinkBusy = isLinkBusy,
            });
}
