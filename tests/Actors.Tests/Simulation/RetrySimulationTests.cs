using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>Trainings that diverge once, while everything else goes wrong too: the second life does the rest exactly once.</summary>
public sealed class RetrySimulationTests
{
    private const int Epochs = 4;

    [Fact]
    public void Asynchronous_runs_come_to_their_end_in_the_second_life() =>
        SimulationSeeds.ForEach(1, 200, seed => Run(seed, TrainingMode.Wasap, Faults).Digest);

    [Fact]
    public void Step_by_step_the_network_is_that_of_a_retry_without_faults() => SimulationSeeds.ForEach(1, 100, seed =>
    {
        var calm = Run(seed, TrainingMode.Wssp, null);
        var stormy = Run(seed, TrainingMode.Wssp, Faults);
        Assert.Equal(calm.Network, stormy.Network);
        return stormy.Digest * 31 + calm.Digest;
    });

    // Without a checkpoint that its writer died of, the second life begins earlier.
    private static FaultPlan Faults { get; } = SimulatedRun.Faults() with
    {
        MayCrash = message => message.Receiver.Path.Parent.Name == "coordinator"
            && !message.Receiver.Path.Name.StartsWith("checkpoints", StringComparison.Ordinal),
    };

    private static (ulong Digest, ulong Network) Run(long seed, TrainingMode mode, FaultPlan? plan)
    {
        var job = TestJob.Create(
            workers: 1 + (int)(seed % 3), Epochs, phaseTwo: seed % 2 * 0.5, mode: mode, seed: (ulong)seed) with
        {
            TrainingSet = TinyData.Harmless(120, 8, (ulong)seed),
        };
        using var simulation = new ActorSimulation(seed, plan);
        var system = simulation.CreateSystem("training", SimulatedRun.Config);
        // Not in the second epoch of phase two: there a replica may get lost while another is in the first, which then is not written.
        var (lives, lostIn) = (new List<InvariantChecker>(), (int)(seed % (Epochs - 1)));
        simulation.Invariant = () =>
        {
            if (lives.Count > 0) lives[^1].Check();
        };
        var sink = new RecordingSink();
        CoordinatorSetup Setup(IActorRef self)
        {
            lives.Add(new(job));
            var isLost = lives.Count == 1;
            return CoordinatorSetup.Of(job, SimulatedRun.Settings, TestJob.Begin(job), self, CheckpointActor.Props(sink))
                .WithWorkers(beforeBatch: (_, _, epoch, _) =>
                {
                    if (isLost && epoch == lostIn) throw new TrainingDivergedException("lost");
                }) with { Probe = lives[^1] };
        }
        var listener = new RecordingListener();
        var result = new TaskCompletionSource<RunResult>();
        Func<IActorRef, CoordinatorSetup> setup = Setup;
        system.ActorOf(RunActor.Props(new TrainingOrder(setup, job.RunId, listener, result, sink)), "run");
        simulation.Run(() => result.Task.IsCompleted, maxSteps: 200_000);
        using var network = result.Task.Result.Network;
        Assert.Equal((RunOutcome.Completed, null), (result.Task.Result.Outcome, result.Task.Result.Error));
        Assert.Equal(2, lives.Count);
        lives[1].CheckEnd();
        Assert.Equal(Enumerable.Range(1, Epochs), listener.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal(0.5, sink[sink.Count - 1].RateScale);
        var digest = Networks.Digest(network);
        return (simulation.Digest ^ digest, digest);
    }
}
