using System.Runtime.Serialization;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Recovery;
using ActorSparse.Actors.Serialization;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Wire;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// A node that may coordinate. The gate, with the coordinator below it, is a singleton of the cluster: it lives on the node that has been
/// there longest, the others stand by.
/// </summary>
internal sealed class CoordinatorNode
{
    private readonly ActorSystem _system;
    private readonly TaskCompletionSource<IActorRef> _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CoordinatorNode(ActorSystem system) => _system = system;

    /// <summary>Joins the cluster.</summary>
    /// <param name="system">The actor system, with the cluster's configuration.</param>
    /// <param name="nodes">
    /// All nodes that may coordinate, in the same order on each, of which the first may begin the cluster; none if it is this one alone.
    /// </param>
    /// <param name="onMember">Is called when the node is in the cluster: from then on it counts.</param>
    public static CoordinatorNode Join(ActorSystem system, IReadOnlyList<Address> nodes, Action? onMember = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(nodes);
        var node = new CoordinatorNode(system);
        _ = system.WhenTerminated.ContinueWith(
            _ => node._gate.TrySetException(new NodeRemovedException(NodeLife.EndingOf(system))), TaskScheduler.Default);
        var cluster = Akka.Cluster.Cluster.Get(system);
        if (onMember is not null) cluster.RegisterOnMemberUp(onMember);
        if (nodes.Count == 0) cluster.Join(cluster.SelfAddress);
        else cluster.JoinSeedNodes([.. nodes]);
        var gate = node._gate;
        // No waiting after the last one was removed: should it still be alive, it holds the lock of the run folder.
        system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new GateActor(gate)).WithDispatcher(LinkSettings.Dispatcher), PoisonPill.Instance,
                ClusterSingletonManagerSettings.Create(system)
                    .WithRole(NodeProtocol.CoordinatorRole).WithSingletonName(NodeProtocol.GateName).WithRemovalMargin(TimeSpan.Zero)),
            NodeProtocol.GateManagerName);
        return node;
    }

    /// <summary>Makes sure that workers can be told of a run.</summary>
    /// <exception cref="InvalidInputException">Its configuration is too long for a message.</exception>
    public static void CheckTravels(Nodes.Training training)
    {
        try
        {
            using var bytes = MessageTable.BetweenNodes.Write(training, new WireWriter());
        }
        catch (SerializationException error)
        {
            throw new InvalidInputException(
                $"the configuration of the run, with the text of its network, is too long to be sent to workers ({error.Message})", error);
        }
    }

    /// <summary>Waits until it is this node's turn.</summary>
    /// <exception cref="NodeRemovedException">The others have removed this node.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="leave"/> was cancelled.</exception>
    public Task WaitForTurnAsync(CancellationToken leave) => _gate.Task.WaitAsync(leave);

    /// <summary>
    /// Trains with workers that join from other nodes, when it is this node's turn: otherwise as <see cref="DistributedTrainer.RunAsync"/>.
    /// </summary>
    /// <param name="training">What is trained, for nodes that ask.</param>
    /// <param name="minWorkers">Workers that must be there before the first of them may begin.</param>
    /// <param name="job">The same as the coordinator has it.</param>
    /// <param name="state">Where to begin; taken over.</param>
    /// <param name="listener">Is told how it goes.</param>
    /// <param name="checkpoints">Where checkpoints go.</param>
    /// <param name="cancellation">Ends the run early, with a checkpoint.</param>
    /// <exception cref="NodeRemovedException">The others have removed this node.</exception>
    public async Task<RunResult> RunAsync(
        Nodes.Training training, int minWorkers, TrainingJob job, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        job.Validate();
        var settings = ProtocolSettings.From(_system.Settings.Config);
        var setup = new GateSetup(training, minWorkers, LinkFormat.Of(job, LinkSettings.From(_system.Settings.Config)));
        var gate = await _gate.Task.ConfigureAwait(false);
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var checkpointProps = CheckpointActor.Props(checkpoints, NodeWire.Of(_system).Traffic.Complete);
        gate.Tell(new OpenGate(setup, new TrainingOrder(
            self => CoordinatorSetup.Of(job, settings, state, self, checkpointProps), job.RunId, listener, result, checkpoints)));
        Watch(gate, failure => result.TrySetException(failure));
        using var registration = cancellation.Register(() => gate.Tell(new Progress.Stop(job.RunId), ActorRefs.NoSender));
        return await result.Task.ConfigureAwait(false);
    }

    /// <summary>Opens the gate for recoveries with workers that join from other nodes, when it is this node's turn.</summary>
    /// <param name="training">What is recovered, for nodes that ask.</param>
    /// <param name="minWorkers">Workers that must be there before the first of them may begin.</param>
    /// <param name="job">The same as worker nodes have it.</param>
    /// <param name="listener">Is told what happens.</param>
    public async Task<ClusterRecovery> RecoverAsync(Nodes.Training training, int minWorkers, RecoveryJob job, ITrainingListener listener)
    {
        ArgumentNullException.ThrowIfNull(job);
        var settings = ProtocolSettings.From(_system.Settings.Config);
        var setup = new GateSetup(training, minWorkers, LinkFormat.Of(job, LinkSettings.From(_system.Settings.Config)));
        var gate = await _gate.Task.ConfigureAwait(false);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Tell(new OpenGate(setup, new RecoveryOrder(
            self => new() { RunId = job.RunId, Shares = minWorkers, Listener = self, Settings = settings }, job.RunId, listener, over)));
        Watch(gate, failure => over.TrySetException(failure));
        return new(gate, job.RunId, over.Task);
    }

    private void Watch(IActorRef gate, Action<Exception> fail)
    {
        Akka.Cluster.Cluster.Get(_system).Subscribe(
            gate, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IReachabilityEvent));
        _ = _system.WhenTerminated.ContinueWith(_ => fail(new NodeRemovedException(NodeLife.EndingOf(_system))), TaskScheduler.Default);
    }
}
