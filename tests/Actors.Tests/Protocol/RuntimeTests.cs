using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>What the protocol takes for granted of the actor system that it runs on.</summary>
public sealed class RuntimeTests() : ProtocolTest("""
    actorsparse.protocol.worker-backoff-min = 1ms
    actorsparse.protocol.worker-restarts-max = 2
    """)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_worker_that_had_died_when_its_join_was_handled_is_lost_at_once()
    {
        var job = Job();
        var coordinator = Coordinator(job);
        var dead = CreateTestProbe();
        Watch(dead);
        Sys.Stop(dead);
        ExpectTerminated(dead);
        coordinator.Tell(new Membership.Join(0, "a", 1, job.ConfigurationHash), dead);
        Assert.Contains("it died", ExpectEvent(RunEvent.WorkerLost), StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_that_cannot_even_begin_is_given_up_as_one_that_dies()
    {
        var job = Job(workers: 1);
        var coordinator = Sys.ActorOf(CoordinatorActor.Props(new()
        {
            Job = job,
            Settings = Settings,
            State = TestJob.Begin(job),
            Listener = Listener,
            LocalWorkers = 1,
            WorkerProps = (_, _, _) => Props.Create(() => new WorkerActor(null!)),
            TopologyProps = Forwarder.Props(Topology),
        }));
        coordinator.Tell(new Progress.Start(job.RunId));
        Assert.Contains("worker-0 died 3 times", ExpectEvent(RunEvent.WorkerGivenUp), StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Failed, ExpectReport<Progress.Finished>().Outcome);
    }

    // Both compute at the same time whatever else the machine does, and nobody else computes.
    [Fact]
    public async Task Workers_have_as_many_threads_as_there_are_workers()
    {
        var threads = new ConcurrentDictionary<int, bool>();
        var begun = new ConcurrentDictionary<string, bool>();
        using var together = new Barrier(2);
        var result = await Run(Job(workers: 2), worker =>
        {
            threads[Environment.CurrentManagedThreadId] = true;
            if (begun.TryAdd(worker, true)) Assert.True(together.SignalAndWait(s_patience));
        });
        result.Network.Dispose();
        Assert.Equal(["worker-0", "worker-1"], begun.Keys.Order());
        Assert.Equal(2, threads.Count);
    }

    // Nobody waits for a thread to wake up: the one that ends a batch goes on with what the coordinator makes of it.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Workers_and_the_coordinator_can_do_with_one_thread(int workers)
    {
        var settings = ConfigurationFactory.ParseString($"{ProtocolSettings.WorkerDispatcher}.dedicated-thread-pool.thread-count = 1");
        using var system = ActorSystem.Create("one", settings.WithFallback(TestSettings.Hocon));
        var job = Job(workers);
        var threads = new ConcurrentDictionary<int, bool>();
        var probe = new ThreadProbe(threads);
        var run = Run(job, _ => threads[Environment.CurrentManagedThreadId] = true, system: system, probe: probe);
        var result = await run.WaitAsync(s_patience);
        result.Network.Dispose();
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        Assert.Equal(job.Training.Epochs * job.BatchesPerShard().Sum(), result.Status.Updates);
        Assert.True(probe.Count > 0);
        Assert.Single(threads);
        await system.Terminate();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Threads_are_as_many_as_workers_and_at_most_one_a_core(int workers)
    {
        var config = ProtocolSettings.ForWorkers(TestSettings.Hocon, workers);
        Assert.Equal(
            Math.Min(workers, Environment.ProcessorCount),
            config.GetInt($"{ProtocolSettings.WorkerDispatcher}.dedicated-thread-pool.thread-count"));
        Assert.Equal("ForkJoinDispatcher", config.GetString($"{ProtocolSettings.WorkerDispatcher}.type"));
    }

    [Fact]
    public async Task When_a_run_is_over_nobody_uses_its_data_any_more()
    {
        using ManualResetEventSlim isComputing = new(), mayEnd = new();
        using var stop = new CancellationTokenSource();
        var run = Run(Job(workers: 1), _ =>
        {
            isComputing.Set();
            mayEnd.Wait(s_patience);
        }, cancellation: stop.Token);
        Assert.True(isComputing.Wait(s_patience));
        await stop.CancelAsync();
        Assert.NotSame(run, await Task.WhenAny(run, Task.Delay(300)));
        mayEnd.Set();
        var result = await run;
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        result.Network.Dispose();
    }

    [Fact]
    public async Task A_batch_that_hangs_on_the_coordinators_thread_is_told_of()
    {
        var settings = ConfigurationFactory.ParseString($$"""
            {{ProtocolSettings.WorkerDispatcher}}.dedicated-thread-pool.thread-count = 1
            {{ProtocolSettings.Section}}.silence-timeout = 1s
            """);
        using var system = ActorSystem.Create("hung", settings.WithFallback(TestSettings.Hocon));
        using var mayGoOn = new ManualResetEventSlim();
        var silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new RecordingListener { WhenEvent = kind => { if (kind == RunEvent.CoordinatorSilent) silence.TrySetResult(); } };
        var run = Run(Job(workers: 1), _ => mayGoOn.Wait(s_patience), listener, system);
        await silence.Task.WaitAsync(s_patience);
        Assert.False(run.IsCompleted);
        mayGoOn.Set();
        var result = await run.WaitAsync(s_patience);
        result.Network.Dispose();
        Assert.Equal(RunOutcome.Completed, result.Outcome);
        await system.Terminate();
    }

    [Fact]
    public async Task A_listener_that_fails_ends_the_run_with_its_failure()
    {
        var listener = new RecordingListener { WhenEpoch = _ => throw new InvalidOperationException("the disk is full") };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Run(Job(workers: 1), null, listener).WaitAsync(s_patience));
        Assert.Equal("the disk is full", error.Message);
    }

    // The coordinator does not wait for the listener: all may be over by then.
    [Fact]
    public async Task A_listener_that_fails_when_the_run_is_over_ends_it_with_its_failure_too()
    {
        var job = Job();
        var setup = new CoordinatorSetup
        {
            Job = job, Settings = Settings, State = TestJob.Begin(job), Listener = Listener, TopologyProps = Forwarder.Props(Topology),
        };
        var listener = new RecordingListener { WhenEpoch = _ => throw new InvalidOperationException("the disk is full") };
        var result = new TaskCompletionSource<RunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var runner = Sys.ActorOf(RunActor.Props(new TrainingOrder(_ => setup, job.RunId, listener, result)));
        foreach (var message in MessageSamples.All())
            if (message is Progress.EpochFinished or Progress.Finished) runner.Tell(message);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => result.Task.WaitAsync(s_patience));
        Assert.Equal("the disk is full", error.Message);
    }

    // Akka.NET does not publish that reason: it is known by name.
    [Fact]
    public async Task A_node_that_ended_of_a_failed_TLS_handshake_says_so_whatever_ends_it_afterwards()
    {
        var type = typeof(RemoteActorRefProvider).Assembly.GetTypes().Single(type => type.Name == "TlsHandshakeFailureReason");
        var reason = (CoordinatedShutdown.Reason)RuntimeHelpers.GetUninitializedObject(type);
        await CoordinatedShutdown.Get(Sys).Run(reason);
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        Assert.StartsWith("a TLS handshake failed", NodeLife.EndingOf(Sys), StringComparison.Ordinal);
    }

    private Task<RunResult> Run(
        TrainingJob job, Action<string>? beforeBatch, RecordingListener? listener = null, ActorSystem? system = null, IRunProbe? probe = null,
        CancellationToken cancellation = default) => DistributedTrainer.RunAsync(
        system ?? Sys, job, TestJob.Begin(job), listener ?? new(), cancellation: cancellation, change: setup =>
            setup.WithWorkers(beforeBatch: (name, _, _, _) => beforeBatch?.Invoke(name)) with { Probe = probe });

    // Who applies gradients.
    private sealed class ThreadProbe(ConcurrentDictionary<int, bool> threads) : IRunProbe
    {
        public int Count { get; private set; }

        public void OnCreated(TrainingRun run) { }

        public void OnAccepting(Assignment assignment, IReadOnlyList<ulong> topologyIds, GradientSet admitted)
        {
            Count++;
            threads[Environment.CurrentManagedThreadId] = true;
        }

        public void OnEvolving(EpochEvolution evolution, int? epoch, long? update) { }
    }
}
