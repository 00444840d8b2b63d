using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>Trains with a coordinator in this process and workers that join from other nodes.</summary>
public static class ClusterTrainer
{
    /// <summary>As <see cref="DistributedTrainer.RunAsync"/>, with a gate for nodes to join instead of workers in this process.</summary>
    /// <param name="system">The actor system, with the cluster's configuration; it begins the cluster unless it is in one.</param>
    /// <param name="gate">What is trained, for nodes that ask.</param>
    /// <param name="job">What is trained.</param>
    /// <param name="state">Where to begin; taken over.</param>
    /// <param name="listener">Is told how it goes.</param>
    /// <param name="checkpoints">Where checkpoints go.</param>
    /// <param name="cancellation">Ends the run early, with a checkpoint.</param>
    /// <exception cref="NodeRemovedException">Others that may coordinate have removed this node.</exception>
    public static async Task<RunResult> RunAsync(
        ActorSystem system, GateSetup gate, TrainingJob job, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(job);
        job.Validate();
        var cluster = Akka.Cluster.Cluster.Get(system);
        if (cluster.State.Members.IsEmpty) cluster.Join(cluster.SelfAddress);
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<IActorRef, CoordinatorSetup> setup = self => new()
        {
            Job = job,
            State = state,
            Listener = self,
            TopologyProps = TopologyActor.Props(job),
            EvaluatorProps = job.TestSet is null ? null : EvaluatorActor.Props(job),
            CheckpointProps = CheckpointActor.Props(checkpoints),
        };
        var gateListener = new GateListener(listener, job.RunId, NodeWire.Of(system).Traffic);
        var run = system.ActorOf(Props.Create(() => new ListenerActor(setup, job.RunId, gateListener, result)), "run");
        var door = system.ActorOf(
            Props.Create(() => new GateActor(gate, run)).WithDispatcher(LinkSettings.Dispatcher), NodeProtocol.GateName);
        gateListener.Gate = door;
        system.ActorOf(Props.Create(() => new ReachabilityActor(run, job.RunId)), "reachability");
        _ = system.WhenTerminated.ContinueWith(
            _ => result.TrySetException(new NodeRemovedException(NodeLife.EndingOf(system))), TaskScheduler.Default);
        using var registration = cancellation.Register(() => run.Tell(new Progress.Stop(job.RunId), ActorRefs.NoSender));
        var outcome = await result.Task.ConfigureAwait(false);
        await DismissAsync(door, LinkSettings.From(system.Settings.Config).LeaveTimeout).ConfigureAwait(false);
        return outcome;
    }

    // The coordinator stays until its workers know that it is over: to those that do not hear of it, it would be lost.
    private static async Task DismissAsync(IActorRef gate, TimeSpan timeout)
    {
        try
        {
            await gate.Ask<CloseGate>(CloseGate.Instance, timeout).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // They stand still or are on the other side of a partition.
        }
    }
}
