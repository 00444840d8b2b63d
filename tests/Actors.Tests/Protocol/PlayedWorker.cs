using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>A worker played by a test: it answers what it is told to answer, right or wrong, computing what it says it computes.</summary>
internal sealed class PlayedWorker : IDisposable
{
    private readonly IActorRef _coordinator;
    private readonly TrainingJob _job;
    private readonly string _name;
    private readonly ShardGradients _gradients;
    private long _requestId;

    public PlayedWorker(TestKitBase kit, IActorRef coordinator, TrainingJob job, string name, long incarnation = 1)
    {
        Probe = kit.CreateTestProbe();
        _coordinator = coordinator;
        _job = job;
        _name = name;
        Incarnation = incarnation;
        _gradients = new(job, threads: 1);
    }

    public TestProbe Probe { get; }

    public long Incarnation { get; }

    public long RequestId => _requestId;

    public void Dispose() => _gradients.Dispose();

    public void Tell(object message) => _coordinator.Tell(message, Probe);

    public Membership.Joined Join()
    {
        Tell(new Membership.Join(0, _name, Incarnation, _job.ConfigurationHash));
        return Probe.ExpectMsg<Membership.Joined>();
    }

    public void Ask(long heldTicket = 0) =>
        Tell(new WorkPulling.Request(_job.RunId, _name, Incarnation, ++_requestId, [], null, heldTicket));

    public PhaseOne.Parameters JoinAndAsk()
    {
        Join();
        Ask();
        return Parameters();
    }

    public PhaseOne.Parameters Parameters() => Probe.ExpectMsg<PhaseOne.Parameters>();

    /// <summary>The gradient for these parameters; <paramref name="change"/> may spoil it.</summary>
    public PhaseOne.GradientPush Gradient(PhaseOne.Parameters parameters, Action<WorkSet>? change = null)
    {
        Assert.True(parameters.Work.TryTake(out var work));
        var assignment = parameters.Assignment;
        var result = _gradients.Gradient(work.Replica, assignment.Shard, assignment.Epoch, assignment.Batch, work.Gradients);
        var evolution = parameters.Evolves
            ? _gradients.Evolve(work.Replica, parameters.ModelVersion)
            : null;
        change?.Invoke(work);
        return new(
            _job.RunId, _name, Incarnation, ++_requestId, assignment.Ticket, parameters.ModelVersion, new TrainingTally().Plus(result),
            work.Gradients.TopologyIds, new(work), evolution is null ? null : new(evolution), evolution is null ? 0 : 0.75);
    }

    public void Push(PhaseOne.Parameters parameters, Action<WorkSet>? change = null) => Tell(Gradient(parameters, change));

    /// <summary>Trains the replica as the order says.</summary>
    public PhaseTwo.ReplicaTrained Train(PhaseTwo.TrainReplica order, Action<WorkSet>? change = null)
    {
        Assert.True(order.Work.TryTake(out var work));
        var replica = new ReplicaEpoch(order.Assignment, order.RateScale, _job, _gradients, work);
        while (!replica.IsFinished) replica.TrainBatch();
        change?.Invoke(work);
        return new(
            _job.RunId, _name, Incarnation, ++_requestId, order.Assignment.Ticket, order.ModelVersion, order.Round, replica.Tally,
            replica.LearningRate, replica.Evolution,
            [.. work.Replica.Parameters.Sparse.Select(layer => layer.Topology.Id)], new(work));
    }

    public void Leave() => Tell(new Membership.Leave(_job.RunId, _name, Incarnation, "the test says so"));
}
