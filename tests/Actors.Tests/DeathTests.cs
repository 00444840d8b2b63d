using System.Runtime.CompilerServices;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Actors.Tests;

/// <summary>Whole trainings on real threads in which workers and helpers die.</summary>
public sealed class DeathTests : IDisposable
{
    private static readonly Config s_backoff = ConfigurationFactory.ParseString("""
        akka.loglevel = OFF
        actorsparse.protocol.worker-backoff-min = 5ms
        actorsparse.protocol.worker-backoff-max = 20ms
        """);

    private readonly ActorSystem _system = ActorSystem.Create("deaths", s_backoff.WithFallback(TestSettings.Hocon));

    public void Dispose() => _system.Terminate().Wait();

    // The problem is learnt to its noise in the first two of ten epochs. What timing does to an asynchronous run moves an epoch's accuracy
    // by up to half a point, the mean of the last five by a third of one (24 runs): far less than the point that deaths may cost.
    [Fact]
    public async Task Workers_that_die_at_random_every_few_hundred_batches_cost_an_asynchronous_run_no_accuracy()
    {
        var job = Job(TrainingMode.Wasap);
        var (calm, _) = await Train(job, dies: false);
        var (stormy, deaths) = await Train(job, dies: true);
        calm.Network.Dispose();
        stormy.Network.Dispose();
        Assert.True(deaths >= 5, $"{deaths} deaths");
        Assert.True(Math.Abs(stormy.Accuracy - calm.Accuracy) <= 0.01,
            $"accuracy {stormy.Accuracy:0.0000} with {deaths} deaths, {calm.Accuracy:0.0000} without");
    }

    [Fact]
    public async Task Step_by_step_they_change_nothing()
    {
        var job = Job(TrainingMode.Wssp);
        var (calm, _) = await Train(job, dies: false);
        var (stormy, deaths) = await Train(job, dies: true);
        Assert.True(deaths >= 5, $"{deaths} deaths");
        Networks.AssertIdentical(calm.Network, stormy.Network, $"with {deaths} deaths");
        calm.Network.Dispose();
        stormy.Network.Dispose();
    }

    [Fact]
    public async Task A_topology_actor_that_dies_of_an_evolution_does_it_in_its_next_life()
    {
        var job = TestJob.Create(epochs: 6);
        using var expected = await Trained(job, change: null);
        var deaths = new StrongBox<int>();
        using var actual = await Trained(job, setup => setup with
        {
            TopologyProps = Props.Create(() => new ShortLived(setup.TopologyProps, deaths)),
        });
        Networks.AssertIdentical(expected, actual, "with deaths of the topology actor");
        Assert.Equal(4, deaths.Value);
    }

    private static TrainingJob Job(TrainingMode mode) =>
        TestJob.Create(workers: 2, epochs: 10, phaseTwo: 0.3, mode: mode, samples: 3_200) with
        {
            EvaluationSet = TinyData.Create(4_000, 8, 3, 8),
        };

    private async Task<((Network Network, double Accuracy) Result, int Deaths)> Train(TrainingJob job, bool dies)
    {
        var (random, access, deaths) = (new RandomSource(job.Seed).Stream("deaths"), new Lock(), 0);
        var left = 0;
        void BeforeBatch()
        {
            lock (access)
            {
                if (left == 0) left = 1 + random.NextInt32(600);
                if (--left > 0) return;
                deaths++;
            }
            throw new InvalidOperationException("the test kills it");
        }
        var listener = new RecordingListener();
        var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), listener,
            change: setup => setup.WithWorkers(beforeBatch: dies ? (_, _, _, _) => BeforeBatch() : null));
        Assert.Equal((RunOutcome.Completed, deaths), (result.Outcome, result.Status.WorkersLost));
        Assert.Equal(Enumerable.Repeat(400L * 8, 10), listener.Epochs.Select(epoch => epoch.SampleCount));
        return ((result.Network, listener.Epochs.TakeLast(5).Average(epoch => epoch.TestScore!.Value)), deaths);
    }

    private async Task<Network> Trained(TrainingJob job, Func<CoordinatorSetup, CoordinatorSetup>? change)
    {
        var result = await DistributedTrainer.RunAsync(_system, job, TestJob.Begin(job), new RecordingListener(), change: change);
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        return result.Network;
    }

    /// <summary>Leaves one evolution to the actor it stands for, and dies of the next.</summary>
    private sealed class ShortLived : ReceiveActor
    {
        public ShortLived(Props props, StrongBox<int> deaths)
        {
            var actor = Context.ActorOf(props);
            var hasAnswered = false;
            Receive<TopologyEvolution.Standing>(actor.Forward);
            Receive<TopologyEvolution.Evolve>(evolve =>
            {
                if (hasAnswered)
                {
                    deaths.Value++;
                    throw new InvalidOperationException("the test kills it");
                }
                hasAnswered = true;
                actor.Forward(evolve);
            });
        }
    }
}
