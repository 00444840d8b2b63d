namespace ActorSparse.Cluster.Tests;

/// <summary>Recoveries by real nodes: to the last bit what one process finds, whatever happens to nodes.</summary>
public sealed class RecoveryTests
{
    private static readonly string[] s_planted =
        ["--neurons", "1,5", "--nonzeros", "6", "--features", "12", "--samples", "3000", "--seeds", "1", "--steps", "6"];

    // Of the four recoveries, each of two layers, three are left when a node is killed after the first.
    private static readonly string[] s_long =
        ["--neurons", "20", "--nonzeros", "20", "--features", "40", "--samples", "20000", "--seeds", "2", "--hidden-layers", "2", "--steps", "15"];

    [Fact]
    public void Planted_networks_are_found_by_two_nodes_as_by_one_process() => TestCluster.Run(cluster =>
    {
        var coordinator = cluster.RecoveryCoordinator("planted", "cluster", minWorkers: 3, s_planted);
        var first = cluster.Worker();
        first.WaitFor("waiting for more workers: 1 of 3");
        var (exitCode, output, _) = cluster.Status("--join", $"127.0.0.1:{cluster.Port}").Finish();
        Assert.Equal(0, exitCode);
        Assert.Contains("waiting for others", output, StringComparison.Ordinal);
        TestCluster.AssertEnd(0, coordinator, first, cluster.Worker("--workers", "2", "--threads", "2"), cluster.Recover("planted", "alone", s_planted));
        Assert.Equal(cluster.RowsOf("alone"), cluster.RowsOf("cluster"));
        Assert.Equal(3, cluster.EventsOf("cluster").Split("WorkerJoined").Length - 1);
        Assert.True(first.HasSaid("recovery is over"));
    });

    // Batches, several outputs, samples in another order; nodes read the file themselves.
    [Fact]
    public void A_network_for_a_file_is_found_by_two_nodes_as_by_one_process() => TestCluster.Run(cluster =>
    {
        var bars = cluster.Folder.WriteBars("bars.csv", 1_200, seed: 1);
        string[] options = ["--train", bars, "--neurons", "30", "--nonzeros", "100,150", "--steps", "8", "--batch-size", "256"];
        var coordinator = cluster.RecoveryCoordinator("fit", "cluster", minWorkers: 2, options);
        TestCluster.AssertEnd(0, coordinator, cluster.Worker(), cluster.Worker(), cluster.Recover("fit", "alone", options));
        Assert.Equal(cluster.RowsOf("alone"), cluster.RowsOf("cluster"));
        Assert.Equal(WeightsOf(cluster, "alone"), WeightsOf(cluster, "cluster"));
    });

    [Fact]
    public void A_node_is_killed_in_the_middle_and_another_one_comes() => TestCluster.Run(cluster =>
    {
        var coordinator = cluster.RecoveryCoordinator("planted", "cluster", minWorkers: 2, s_long);
        var (victim, other) = (cluster.Worker(), cluster.Worker());
        coordinator.WaitFor("^IHT 1s");
        victim.Kill();
        TestCluster.AssertEnd(0, coordinator, other, cluster.Worker(), cluster.Recover("planted", "alone", s_long));
        Assert.Equal(cluster.RowsOf("alone"), cluster.RowsOf("cluster"));
        Assert.Contains("WorkerLost", cluster.EventsOf("cluster"), StringComparison.Ordinal);
    });

    [Fact]
    public void A_node_with_another_file_is_refused_by_name_and_a_coordinator_that_waits_can_be_stopped() => TestCluster.Run(cluster =>
    {
        var bars = cluster.Folder.WriteBars("bars.csv", 1_200, seed: 1);
        var coordinator = cluster.RecoveryCoordinator("fit", "cluster", minWorkers: 1, "--train", bars, "--neurons", "30", "--nonzeros", "100");
        coordinator.WaitFor("they join with");
        cluster.Folder.WriteBars("bars.csv", 1_200, seed: 2);
        var (exitCode, _, error) = cluster.Worker().Finish();
        Assert.Equal(2, exitCode);
        Assert.Contains("other contents", error, StringComparison.Ordinal);
        coordinator.Signal("TERM");
        TestCluster.AssertEnd(143, coordinator);
    });

    [Fact]
    public void A_recovery_that_is_stopped_writes_what_it_has_and_stops_its_workers() => TestCluster.Run(cluster =>
    {
        var coordinator = cluster.RecoveryCoordinator("planted", "cluster", minWorkers: 1, s_long);
        var worker = cluster.Worker();
        coordinator.WaitFor("^IHT 1s");
        coordinator.Signal("TERM");
        TestCluster.AssertEnd(143, coordinator, worker);
        Assert.InRange(cluster.RowsOf("cluster").Length, 2, 4);
        Assert.True(worker.HasSaid("the run was stopped before its end$"));
    });

    private static byte[] WeightsOf(TestCluster cluster, string name)
    {
        var bytes = File.ReadAllBytes(Directory.EnumerateFiles(cluster.Folder.At(name), "*.safetensors", SearchOption.AllDirectories).Single());
        // After the header, which has the configuration too.
        return bytes[(8 + (int)BitConverter.ToInt64(bytes))..];
    }
}
