using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;
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

    // Both compute at the same time whatever else the machine does, and what a thread has set up for its worker is there in the next batch.
    [Fact]
    public async Task Every_worker_has_a_thread_of_its_own()
    {
        var threads = new ConcurrentDictionary<(string Worker, int Thread), bool>();
        using var together = new Barrier(2);
        var result = await Run(Job(workers: 2), worker =>
        {
            var isFirst = threads.TryAdd((worker, Environment.CurrentManagedThreadId), true);
            if (isFirst) Assert.True(together.SignalAndWait(s_patience));
        });
        result.Network.Dispose();
        Assert.Equal(["worker-0", "worker-1"], threads.Keys.Select(key => key.Worker).Order());
        Assert.Equal(2, threads.Keys.Select(key => key.Thread).Distinct().Count());
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
    public async Task A_listener_that_fails_ends_the_run_with_its_failure()
    {
        var listener = new RecordingListener { WhenEpoch = _ => throw new InvalidOperationException("the disk is full") };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Run(Job(workers: 1), null, listener).WaitAsync(s_patience));
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
        TrainingJob job, Action<string>? beforeBatch, RecordingListener? listener = null, CancellationToken cancellation = default) =>
        DistributedTrainer.RunAsync(Sys, job, TestJob.Begin(job), listener ?? new(), cancellation: cancellation, change: setup => setup with
        {
            WorkerProps = (coordinator, name, incarnation) => WorkerActor.Props(new()
            {
                Name = name,
                Incarnation = incarnation,
                Coordinator = coordinator,
                Job = job,
                Settings = setup.Settings,
                BeforeBatch = (_, _, _) => beforeBatch?.Invoke(name),
            }),
        });
}
