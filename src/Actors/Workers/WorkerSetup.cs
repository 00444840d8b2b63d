using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>What a worker is created with.</summary>
internal sealed record WorkerSetup
{
    /// <summary>Name of the worker, unique in the run.</summary>
    public required string Name { get; init; }

    /// <summary>Which life of it this is: ascending with every restart.</summary>
    public required long Incarnation { get; init; }

    /// <summary>The coordinator.</summary>
    public required IActorRef Coordinator { get; init; }

    /// <summary>What is to be trained.</summary>
    public required TrainingJob Job { get; init; }

    /// <summary>Timeouts and limits.</summary>
    public required ProtocolSettings Settings { get; init; }

    /// <summary>Threads that compute one batch together.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether an answer or a request is on its way, which asking again would overtake: the link notices itself what is lost. Null in
    /// process, where nothing takes time. Safe from all threads.
    /// </summary>
    public Func<bool>? IsLinkBusy { get; init; }

    /// <summary>For tests of failures: is called before every batch, with shard, epoch and batch, and may throw.</summary>
    public Action<DataShard, int, int>? BeforeBatch { get; init; }
}
