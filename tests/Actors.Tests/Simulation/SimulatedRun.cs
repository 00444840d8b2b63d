using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;
using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>
/// One whole small training under a seed: real coordinator, workers, topology actor, evaluator and writer, and everything goes wrong.
/// </summary>
internal sealed class SimulatedRun : IDisposable
{
    /// <summary>Timeouts that a run comes to often.</summary>
    public static readonly Config Config = ConfigurationFactory.ParseString("""
        actorsparse.protocol {
          status-interval = 100ms
          answer-timeout = 500ms
          silence-timeout = 2s
          worker-restarts-max = 1000
          helper-restarts-max = 1000
        }
        """).WithFallback(TestSettings.Hocon);

    /// <summary>The same.</summary>
    public static readonly ProtocolSettings Settings = ProtocolSettings.From(Config);

    private static readonly Config s_serializing =
        ConfigurationFactory.ParseString("akka.actor.serialize-messages = on").WithFallback(Config);

    private readonly ActorSimulation _simulation;
    private readonly InvariantChecker _checker;
    private Progress.Finished? _finished;

    public SimulatedRun(
        long seed, TrainingJob job, RunState state, FaultPlan? plan, bool serializes = false, bool doubts = false,
        Func<CoordinatorSetup, CoordinatorSetup>? change = null)
    {
        _simulation = new(seed, plan);
        _checker = new(job);
        Job = job;
        var system = _simulation.CreateSystem("training", serializes ? s_serializing : Config);
        Sink = new();
        var listener = system.ActorOf(Props.Create(() => new Listener(this)), "listener");
        var setup = Setup(listener, state);
        if (doubts) setup = setup with { EvaluatorProps = Props.Create(() => new Doubter()) };
        var coordinator = system.ActorOf(CoordinatorActor.Props(change is null ? setup : change(setup)), "coordinator");
        coordinator.Tell(new Progress.Start(Job.RunId));
        _simulation.Invariant = () =>
        {
            _checker.Check();
            // What overtakes a gradient may bring its worker the next piece of work.
            if (plan is not { ReorderProbability: > 0 }) _checker.CheckMail(_simulation.OnTheirWay);
        };
    }

    public TrainingJob Job { get; }

    public RecordingSink Sink { get; }

    public List<EpochMetrics> Epochs { get; } = [];

    /// <summary>Averages that were not taken.</summary>
    public int RejectedCount { get; private set; }

    public InvariantChecker Checker => _checker;

    /// <summary>Of all steps and, once it has run, of the trained network.</summary>
    public ulong Digest { get; private set; }

    /// <summary>What may go wrong: messages between workers and the coordinator, and workers and helpers themselves.</summary>
    public static FaultPlan Faults(int faultsMax = 60) => new()
    {
        AdvanceProbability = 0.01,
        DelayProbability = 0.05,
        DelayMax = TimeSpan.FromSeconds(3),
        DropProbability = 0.04,
        MayDrop = MayBeLost,
        DuplicateProbability = 0.04,
        MayDuplicate = MayBeLost,
        ReorderProbability = 0.04,
        MayReorder = MayBeLost,
        CrashProbability = 0.02,
        MayCrash = message => message.Receiver.Path.Parent.Name == "coordinator",
        FaultsMax = faultsMax,
    };

    /// <summary>Runs to the end and returns the network.</summary>
    public Network Run()
    {
        _simulation.Run(() => _finished is not null, maxSteps: 200_000);
        Assert.Equal((RunOutcome.Completed, null), (_finished!.Outcome, _finished.Error));
        _checker.CheckEnd();
        Assert.Equal(Enumerable.Range(Job.Training.Epochs - Epochs.Count + 1, Epochs.Count), Epochs.Select(epoch => epoch.Epoch));
        Assert.True(_finished.Network.TryTake(out var network));
        Digest = _simulation.Digest ^ Networks.Digest(network);
        return network;
    }

    public void Dispose() => _simulation.Dispose();

    // All other messages stay within the process of the coordinator, where none gets lost.
    private static bool MayBeLost(SimulatedMessage message) => message.Message is IFromWorker or IToWorker;

    private CoordinatorSetup Setup(IActorRef listener, RunState state) =>
        CoordinatorSetup.Of(Job, Settings, state, listener, CheckpointActor.Props(Sink)) with
        {
            LocalWorkers = Job.Run.Workers,
            WorkerProps = (coordinator, name, incarnation) => WorkerActor.Props(
                new() { Name = name, Incarnation = incarnation, Coordinator = coordinator, Job = Job, Settings = Settings }),
            Probe = _checker,
        };

    private sealed class Listener : ReceiveActor
    {
        public Listener(SimulatedRun run)
        {
            Receive<Progress.EpochFinished>(finished => run.Epochs.Add(finished.Metrics));
            Receive<Progress.Finished>(finished => run._finished = finished);
            Receive<Progress.Happened>(happened => run.RejectedCount += happened.Kind == RunEvent.AverageRejected ? 1 : 0);
            ReceiveAny(_ => { });
        }
    }

    // An evaluator to whom every network has a loss of its own, from 0.1 to 25: many an average is worse than its replicas.
    private sealed class Doubter : ReceiveActor
    {
        public Doubter()
        {
            Receive<Progress.Evaluate>(evaluate =>
                Sender.Tell(new Progress.Evaluated(evaluate.RunId, evaluate.EvaluationId, evaluate.Epoch, 0.5, 1, 0)));
            Receive<PhaseTwo.MeasureLoss>(measure =>
            {
                if (!measure.Snapshot.TryTake(out var snapshot)) return;
                var loss = 0.1 * (1 + Networks.Digest(snapshot.Network) % 250);
                Sender.Tell(new PhaseTwo.LossMeasured(measure.RunId, measure.EvaluationId, measure.Round, loss));
            });
        }
    }
}
