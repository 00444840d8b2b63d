using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>What a coordinator is created with.</summary>
internal sealed record CoordinatorSetup
{
    /// <summary>What is to be trained.</summary>
    public required TrainingJob Job { get; init; }

    /// <summary>Timeouts and limits.</summary>
    public required ProtocolSettings Settings { get; init; }

    /// <summary>Where the run stands: the coordinator's from now on.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets the messages of <see cref="Messages.Progress"/> that are for the listener.</summary>
    public required IActorRef Listener { get; init; }

    /// <summary>Number of workers that the coordinator starts itself and supervises; others join from outside.</summary>
    public int LocalWorkers { get; init; }

    /// <summary>How a local worker is made, from coordinator, name and incarnation.</summary>
    public Func<IActorRef, string, long, Props>? WorkerProps { get; init; }

    /// <summary>How the topology actor is made.</summary>
    public required Props TopologyProps { get; init; }

    /// <summary>How the evaluator is made; null if nothing is evaluated.</summary>
    public Props? EvaluatorProps { get; init; }

    /// <summary>How the checkpoint writer is made; null if none are written.</summary>
    public Props? CheckpointProps { get; init; }

    /// <summary>Watches what the coordinator does; null outside simulations.</summary>
    internal IRunProbe? Probe { get; init; }

    /// <summary>With the helpers that <paramref name="job"/> needs, and workers that join from outside.</summary>
    public static CoordinatorSetup Of(
        TrainingJob job, ProtocolSettings settings, RunState state, IActorRef listener, Props? checkpointProps) => new()
    {
        Job = job,
        Settings = settings,
        State = state,
        Listener = listener,
        TopologyProps = TopologyActor.Props(job),
        EvaluatorProps = job.EvaluationSet is null ? null : EvaluatorActor.Props(job),
        CheckpointProps = checkpointProps,
    };

    /// <summary>With as many workers in this process as the job has.</summary>
    /// <param name="threads">Threads that compute one batch together.</param>
    /// <param name="beforeBatch">For tests of failures: is called before every batch, with worker, shard, epoch and batch, and may throw.</param>
    public CoordinatorSetup WithWorkers(int threads = 1, Action<string, DataShard, int, int>? beforeBatch = null) => this with
    {
        LocalWorkers = Job.Run.Workers,
        WorkerProps = (coordinator, name, incarnation) => WorkerActor.Props(new()
        {
            Name = name, Incarnation = incarnation, Coordinator = coordinator, Job = Job, Settings = Settings, Threads = threads,
            BeforeBatch = beforeBatch is null ? null : (shard, epoch, batch) => beforeBatch(name, shard, epoch, batch),
        }),
    };
}
