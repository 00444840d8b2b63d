using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>
/// A coordinator or worker among probes: the test plays all the others. Messages are serialized as between machines, and timeouts are out of
/// reach but where a test waits for one (<see cref="Impatient"/>).
/// </summary>
public abstract class ProtocolTest : TestKit
{
    private static readonly Config s_config = ConfigurationFactory.ParseString("""
        akka.actor.serialize-messages = on
        akka.test.single-expect-default = 60s
        actorsparse.protocol.answer-timeout = 1h
        actorsparse.protocol.silence-timeout = 1h
        actorsparse.protocol.sign-of-life-interval = 1h
        """);

    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(300);

    private readonly List<PlayedWorker> _played = [];

    private protected ProtocolTest(string settings = "")
        : base(ConfigurationFactory.ParseString(settings).WithFallback(s_config).WithFallback(TestSettings.Hocon))
    {
        Settings = ProtocolSettings.From(Sys.Settings.Config);
        Listener = CreateTestProbe("listener");
        Topology = CreateTestProbe("topology-probe");
        Evaluator = CreateTestProbe("evaluator-probe");
        Writer = CreateTestProbe("writer-probe");
    }

    private protected ProtocolSettings Settings { get; }

    /// <summary>With timeouts of 300 ms.</summary>
    private protected ProtocolSettings Impatient => Settings with { AnswerTimeout = s_short, SilenceTimeout = s_short };

    private protected TestProbe Listener { get; }

    private protected TestProbe Topology { get; }

    private protected TestProbe Evaluator { get; }

    private protected TestProbe Writer { get; }

    private protected static TrainingJob Job(
        int workers = 2, int epochs = 3, double phaseTwo = 0, TrainingMode mode = TrainingMode.Wasap, int samples = 48,
        int poisoned = -1, PhaseTwoTopology topology = PhaseTwoTopology.Shared, int? rounds = null) =>
        TestJob.Create(workers, epochs, phaseTwo, rounds, mode, samples: samples, poisoned: poisoned, topology: topology);

    /// <summary>A coordinator whose helpers are probes and whose workers the test plays.</summary>
    private protected IActorRef Coordinator(
        TrainingJob job, RunState? state = null, ProtocolSettings? settings = null) => Sys.ActorOf(CoordinatorActor.Props(new()
    {
        Job = job,
        Settings = settings ?? Settings,
        State = state ?? TestJob.Begin(job),
        Listener = Listener,
        TopologyProps = PlayedTopologyActor.Props(job, Topology),
        EvaluatorProps = Forwarder.Props(Evaluator),
        CheckpointProps = Forwarder.Props(Writer),
    }));

    /// <summary>A worker that the test plays.</summary>
    private protected PlayedWorker Worker(IActorRef coordinator, TrainingJob job, string name, long incarnation = 1)
    {
        var worker = new PlayedWorker(this, coordinator, job, name, incarnation);
        _played.Add(worker);
        return worker;
    }

    /// <summary>Waits for an event that the coordinator reports, past everything else it reports.</summary>
    private protected string ExpectEvent(RunEvent kind) =>
        Listener.FishForMessage<Progress.Happened>(message => message.Kind == kind).Text;

    /// <summary>Measures an epoch on the test set, as the evaluator.</summary>
    private protected void AnswerEvaluation()
    {
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        Evaluator.Reply(new Progress.Evaluated(evaluate.RunId, evaluate.EvaluationId, evaluate.Epoch, 0.5, 1, 0));
    }

    /// <summary>Answers the topology actor's request, with no changes or with these.</summary>
    private protected void Answer(TrainingJob job, TopologyEvolution.Evolve evolve, EpochEvolution? evolution = null) =>
        Topology.Reply(new TopologyEvolution.Evolved(
            evolve.RunId, evolve.RequestId, 0, new(evolution ?? new([], null)), new EvolutionCalendar(job).Next(evolve.Epoch + 1, 0)));

    /// <summary>Answers it with the changes that the rule makes.</summary>
    private protected static EpochEvolution Evolve(TrainingJob job, TopologyEvolution.Evolve evolve)
    {
        Assert.True(evolve.Snapshot.TryTake(out var snapshot));
        using (snapshot) return EpochEvolution.Of(snapshot.Network, job.Training, job.Random, evolve.Epoch);
    }

    /// <summary>Writes a checkpoint, as the writer, and returns what it is to hold.</summary>
    private protected RunState AnswerWrite()
    {
        var write = Writer.ExpectMsg<Checkpoints.Write>();
        Writer.Reply(new Checkpoints.Written(write.RunId, write.CheckpointId, null));
        Assert.True(write.State.TryTake(out var state));
        return state;
    }

    /// <inheritdoc/>
    protected override void AfterAll()
    {
        base.AfterAll();
        foreach (var worker in _played) worker.Dispose();
    }

    private protected T ExpectReport<T>() where T : IToListener => Listener.FishForMessage<T>(_ => true);
}
