using Akka.Actor;
using Akka.Configuration;
using Akka.Conformance.Support;

namespace Akka.Conformance.Shutdown;

/// <summary>Phases, their order, their time limits, and that it all happens once.</summary>
public sealed class CoordinatedShutdownTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static ActorSystem Start(string extra = "") =>
        ActorSystem.Create("ending", $"akka {{ loglevel = OFF, stdout-loglevel = OFF\n{extra}\n}}");

    [Fact]
    public async Task Phases_run_in_the_order_of_their_dependencies_and_the_system_ends_last()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        var order = new List<string>();
        string[] phases =
        [
            CoordinatedShutdown.PhaseBeforeServiceUnbind,
            CoordinatedShutdown.PhaseServiceUnbind,
            CoordinatedShutdown.PhaseServiceRequestsDone,
            CoordinatedShutdown.PhaseServiceStop,
            CoordinatedShutdown.PhaseBeforeClusterShutdown,
            CoordinatedShutdown.PhaseClusterShardingShutdownRegion,
            CoordinatedShutdown.PhaseClusterLeave,
            CoordinatedShutdown.PhaseClusterExiting,
            CoordinatedShutdown.PhaseClusterExitingDone,
            CoordinatedShutdown.PhaseClusterShutdown,
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate,
            CoordinatedShutdown.PhaseActorSystemTerminate,
        ];
        foreach (var phase in phases.Reverse())
        {
            shutdown.AddTask(phase, "task", () =>
            {
                order.Add(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        await shutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance).WaitAsync(s_patience);

        Assert.Equal(phases, order);
        await system.WhenTerminated.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Terminate_runs_the_phases()
    {
        var system = Start();
        var ran = false;
        AddTask(system, CoordinatedShutdown.PhaseServiceStop, () => ran = true);

        await system.Terminate().WaitAsync(s_patience);

        Assert.True(ran);
    }

    [Fact]
    public async Task Tasks_of_one_phase_run_side_by_side()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        var first = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Each waits for the other: one after the other they would run into the time limit.
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "first", () =>
        {
            first.SetResult(Done.Instance);
            return second.Task;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "second", () =>
        {
            second.SetResult(Done.Instance);
            return first.Task;
        });

        await Run(system);

        Assert.True(first.Task.IsCompleted && second.Task.IsCompleted);
    }

    [Fact]
    public async Task It_runs_once_however_often_it_is_asked_for()
    {
        for (var round = 0; round < 20; round++)
        {
            var system = Start();
            var runs = 0;
            AddTask(system, CoordinatedShutdown.PhaseServiceStop, () => Interlocked.Increment(ref runs));

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Run(system))));
            await Run(system);

            Assert.Equal(1, runs);
        }
    }

    [Fact]
    public async Task The_first_reason_is_kept()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Null(shutdown.ShutdownReason);

        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(s_patience);
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(s_patience);

        Assert.IsType<CoordinatedShutdown.ClrExitReason>(shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_failing_task_does_not_stop_the_phases_that_follow()
    {
        var system = Start();
        var shutdown = CoordinatedShutdown.Get(system);
        var ran = false;
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "throws", () => throw new CrashException("boom"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new CrashException("boom")));
        AddTask(system, CoordinatedShutdown.PhaseServiceStop, () => ran = true);

        await Run(system);

        Assert.True(ran);
        await system.WhenTerminated.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Without_recovery_a_failing_task_ends_the_run()
    {
        var system = Start("coordinated-shutdown.phases.service-unbind.recover = off");
        var shutdown = CoordinatedShutdown.Get(system);
        var ran = false;
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new CrashException("boom")));
        AddTask(system, CoordinatedShutdown.PhaseServiceStop, () => ran = true);

        await Assert.ThrowsAnyAsync<Exception>(() => Run(system));

        Assert.False(ran);
    }

    [Fact]
    public async Task A_phase_ends_at_its_time_limit_and_the_next_begins()
    {
        var system = Start("coordinated-shutdown.phases.service-unbind.timeout = 10ms");
        var shutdown = CoordinatedShutdown.Get(system);
        var ran = false;
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "never ends", () => new TaskCompletionSource<Done>().Task);
        AddTask(system, CoordinatedShutdown.PhaseServiceStop, () => ran = true);

        await Run(system);

        Assert.True(ran);
        Assert.Equal(TimeSpan.FromMilliseconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseServiceUnbind));
        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
    }

    [Fact]
    public async Task Phases_of_one_s_own_fit_in_where_the_configuration_says()
    {
        var system = Start(
            """
            coordinated-shutdown.phases {
              save-checkpoint { depends-on = [service-stop], timeout = 60s }
              before-cluster-shutdown { depends-on = [save-checkpoint] }
            }
            """);
        var order = new List<string>();
        foreach (var phase in (string[])["before-cluster-shutdown", "save-checkpoint", "service-stop"])
        {
            AddTask(system, phase, () => order.Add(phase));
        }

        await Run(system);

        Assert.Equal(["service-stop", "save-checkpoint", "before-cluster-shutdown"], order);
        Assert.Equal(TimeSpan.FromSeconds(60), CoordinatedShutdown.Get(system).Timeout("save-checkpoint"));
    }

    [Fact]
    public async Task A_run_may_begin_at_a_later_phase()
    {
        var system = Start();
        var order = new List<string>();
        AddTask(system, CoordinatedShutdown.PhaseServiceStop, () => order.Add("skipped"));
        AddTask(system, CoordinatedShutdown.PhaseClusterShutdown, () => order.Add("run"));

        await CoordinatedShutdown.Get(system)
            .Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseClusterLeave).WaitAsync(s_patience);

        Assert.Equal(["run"], order);
    }

    [Fact]
    public async Task A_task_for_a_phase_that_does_not_exist_is_refused()
    {
        var system = Start();

        Assert.Throws<ConfigurationException>(
            () => CoordinatedShutdown.Get(system).AddTask("nowhere", "task", () => Task.FromResult(Done.Instance)));
        await system.Terminate();
    }

    [Fact]
    public async Task Actors_are_alive_until_the_last_phase()
    {
        var system = Start();
        var echo = system.ActorOf(LambdaActor.Props((message, context) => context.Sender.Tell(message)));
        var answer = "";
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "ask", async () =>
        {
            answer = await echo.Ask<string>("alive", s_patience);
            return Done.Instance;
        });

        await Run(system);

        Assert.Equal("alive", answer);
    }

    private static void AddTask(ActorSystem system, string phase, Action action) =>
        CoordinatedShutdown.Get(system).AddTask(phase, $"task of {phase}", () =>
        {
            action();
            return Task.FromResult(Done.Instance);
        });

    private static Task<Done> Run(ActorSystem system) =>
        CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(s_patience);
}
