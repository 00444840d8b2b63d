using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A run as a worker node found it.</summary>
/// <param name="RunId">The run.</param>
/// <param name="DataHash">Hash of the contents of the training set here.</param>
/// <param name="ConfigurationHash">Hash of options and training samples here.</param>
internal abstract record WorkerJob(ulong RunId, string DataHash, string ConfigurationHash)
{
    /// <summary>What the run does, in a word.</summary>
    public abstract string Name { get; }

    /// <summary>What there is to say of one that was stopped.</summary>
    public virtual string HowToContinue => "";

    /// <summary>How its messages travel.</summary>
    public abstract LinkFormat Format(LinkSettings settings);

    /// <summary>How a worker is made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="incarnation">Which life of it.</param>
    /// <param name="link">To the worker, the coordinator.</param>
    /// <param name="settings">Timeouts and limits.</param>
    /// <param name="threads">Threads that compute together.</param>
    /// <param name="isLinkBusy">Whether the link carries something; safe from all threads.</param>
    public abstract Props Worker(
        string name, long incarnation, IActorRef link, ProtocolSettings settings, int threads, Func<bool> isLinkBusy);
}
