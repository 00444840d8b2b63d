using ActorSparse.Host.Runs;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Runs;

public sealed class MetricsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_is_the_same_in_both_files()
    {
        var metrics = new MetricsFile(_folder.Root, 0);
        metrics.Append(Row(1));
        var lines = File.ReadAllLines(_folder.At("metrics.csv"));
        var values = lines[0].Split(',').Zip(lines[1].Split(',')).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal("1", values["epoch"]);
        Assert.Equal("0.1", values["loss"]);
        Assert.Equal("", values["staleness_mean"]);
        Assert.Equal("10/20", values["connections"]);
        Assert.Contains("\"connections\":[10,20]", File.ReadAllText(_folder.At("metrics.jsonl")));
    }

    [Fact]
    public void A_resumed_run_goes_on_after_its_checkpoint_without_gap_or_duplicate()
    {
        var before = new MetricsFile(_folder.Root, 0);
        for (var epoch = 1; epoch <= 4; epoch++) before.Append(Row(epoch));
        File.AppendAllText(_folder.At("metrics.jsonl"), "{\"epoch\":5,\"upd"); // the process ended here
        var after = new MetricsFile(_folder.Root, 2);
        Assert.Equal([1, 2], after.Rows.Select(row => row.Epoch));
        after.Append(Row(3));
        Assert.Equal([1, 2, 3], MetricsFile.Read(_folder.Root).Select(row => row.Epoch));
        Assert.Equal(["epoch", "1", "2", "3"], File.ReadAllLines(_folder.At("metrics.csv")).Select(line => line.Split(',')[0]));
    }

    internal static EpochMetrics Row(int epoch) => new()
    {
        Epoch = epoch, Updates = 10 * epoch, Phase = "sequential", Loss = 0.1 / epoch, TestLoss = 0.2, TestAccuracy = 0.5,
            BestTestAccuracy = 0.5,
        SamplesPerSecond = 1000, Connections = [10, 20], LivingNeurons = [5], TrainAccuracy = 0.4,
    };
}
