using System.Text.RegularExpressions;
using Akka.Actor;

namespace ActorSparse.Cluster.Tests;

/// <summary>Real nodes, and what happens to machines: whatever it is, every batch of every epoch counts exactly once.</summary>
public sealed class ClusterTests
{
    private const int Short = 6;
    private const int Long = 40; // epochs of a run that something happens to after the second
    private const int Endless = 1_000_000;

    // The second worker knows the coordinator by another name, and is killed before the run begins; another one takes its port.
    [Fact]
    public void A_coordinator_and_its_workers_come_to_the_end_with_a_port_of_their_own() => TestCluster.Run(cluster =>
    {
        var (port, name) = (TestCluster.FreePort(), $"localhost:{cluster.Port}");
        string[] options = ["--join", name, "--port", $"{port}"];
        var (coordinator, first) = (cluster.Coordinator(Short, "--min-workers", "3"), cluster.Worker());
        first.WaitFor("waiting for more workers: 1 of 3");
        var victim = cluster.Worker(options);
        victim.WaitFor("waiting for more workers: 2 of 3");
        var (exitCode, output, _) = cluster.Status("--join", name).Finish();
        Assert.Equal(0, exitCode);
        Assert.Single(output.Split('\n'), line => line.StartsWith("member ", StringComparison.Ordinal));

        AssertPortIsTaken(cluster.Port, cluster.Coordinator(Short, "--out", cluster.Folder.At("other")));
        AssertPortIsTaken(port, cluster.Worker(options));
        victim.Kill();
        cluster.AssertExact(Short, coordinator, first, cluster.Worker(options), cluster.Worker());
    });

    // Only coordinators are members of the cluster, and one alone wants no others.
    [Fact]
    public void A_stranger_that_speaks_as_a_member_of_the_cluster_is_refused() => TestCluster.Run(cluster =>
    {
        var coordinator = cluster.Coordinator(Short);
        var first = cluster.Worker();
        first.WaitFor("waiting for more workers: 1 of 2");
        using var stranger = ActorSystem.Create("actorsparse", """
            akka {
              stdout-loglevel = OFF
              loglevel = OFF
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
              cluster.roles = [coordinator]
            }
            """);
        var member = Akka.Cluster.Cluster.Get(stranger);
        member.JoinSeedNodes([member.SelfAddress.WithPort(cluster.Port)]);
        cluster.AssertExact(Short, coordinator, first, cluster.Worker());
        Assert.Empty(member.State.Members);
        Assert.Matches("Refused: .*serializer 5", cluster.Events);
    });

    [Fact]
    public void A_worker_is_killed_and_later_the_coordinator_which_is_resumed() => TestCluster.Run(cluster =>
    {
        var (coordinator, victim, other) = (cluster.Coordinator(Long), cluster.Worker(), cluster.Worker());
        coordinator.WaitFor("^epoch .* workers 2\\b");
        victim.Kill();
        // It must have noticed, and written a checkpoint, before it dies itself.
        coordinator.WaitFor("^epoch .* workers 2\\b", "^epoch .* workers 1\\b");
        coordinator.WaitForEpoch(5);
        coordinator.Kill();
        // On the same port at once; the worker that is left is not started again.
        var resumed = cluster.Coordinator(Long, "--resume", "--min-workers", "1");
        cluster.AssertExact(Long, resumed, other);
        Assert.True(resumed.HasSaid("^run .*resumed at"));
        Assert.Matches("WorkerLost.*it died", cluster.Events);
    });

    [Fact]
    public void The_first_of_three_coordinators_is_killed() => TestCluster.Run(cluster =>
    {
        int[] ports = [cluster.Port, TestCluster.FreePort(), TestCluster.FreePort()];
        var join = string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));
        var coordinators = ports.Select(port => cluster.Coordinator(Long, "--join", join, "--port", $"{port}")).ToArray();
        foreach (var each in coordinators) each.WaitFor("stands by");
        var (first, second) = (cluster.Worker("--join", join), cluster.Worker("--join", join));
        coordinators[0].WaitForEpoch(3);
        coordinators[0].Kill();
        cluster.AssertExact(Long, [.. coordinators[1..], first, second]);
        Assert.Contains(coordinators[1..], each => each.HasSaid("^run .*resumed at"));
    });

    [Fact]
    public void Thousands_of_hostile_frames_come_in() => TestCluster.Run(cluster =>
    {
        const int Frames = 3_000;
        var port = TestCluster.FreePort();
        string[] options = ["--phase-two", "0", "--min-workers", "1"];
        var (coordinator, first, second) = (cluster.Coordinator(Endless, options), cluster.Worker("--port", $"{port}"), cluster.Worker());
        // One that had not joined yet when the coordinator ends would wait for another one.
        foreach (var worker in (HostProcess[])[first, second]) worker.WaitFor("takes part");
        coordinator.WaitForEpoch(2);
        TestCluster.AssertEnd(
            0,
            cluster.Hostile(
                cluster.Port,
                "/user/run/gate,/user/run/gate/link-1,/user/run/gate/link-2,/user/run,/user/run/gate/coordinator,/user,/remote", Frames),
            cluster.Hostile(port, $"/user/node,{Link(first)},{Link(first)}/worker,/user,/user/run,/system/cluster/core/daemon,/remote", Frames));
        first.WaitFor("messages refused");
        // However long that took: the run is brought to an end, so that every batch can be accounted for.
        coordinator.Signal("TERM");
        TestCluster.AssertEnd(143, coordinator, first, second);
        var epochs = cluster.Metrics.Count + 3;
        cluster.AssertExact(epochs, cluster.Coordinator(epochs, ["--resume", .. options]), cluster.Worker());
        Assert.Matches("Refused: .* messages refused", cluster.Events);
    });

    // The worker's end of its first link.
    private static string Link(HostProcess worker) => $"/user/node/{Regex.Match(worker.Log, "(?m)^(.*) takes part$").Groups[1].Value}-1";

    private static void AssertPortIsTaken(int port, HostProcess node)
    {
        var (exitCode, _, error) = node.Finish();
        Assert.Equal(2, exitCode);
        Assert.Single(Regex.Matches(error, "(?m)^actorsparse: "));
        Assert.Matches($"(?m)^actorsparse: cannot listen at 127.0.0.1:{port}: Address already in use; expected .*\n", error);
    }
}
