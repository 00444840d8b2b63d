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

    [Theory]
    [InlineData("rmse", "test_mae", "test_r2")]
    [InlineData("micro_f1", "test_macro_f1", "test_exact_match")]
    public void Scores_are_called_what_they_are_and_read_back(string key, params string[] further)
    {
        var kind = ScoreKind.All.Single(kind => kind.Key == key);
        var metrics = new MetricsFile(_folder.Root, 0);
        metrics.Append(Row(1) with { ScoreKind = kind, TestScore = null, BestTestScore = null, TestFurther = null });
        metrics.Append(Row(2) with { ScoreKind = kind, TestFurther = [3, 0.25] });
        var header = File.ReadAllLines(_folder.At("metrics.csv"))[0].Split(',');
        Assert.Equal(further, header[^2..]);
        foreach (var name in (string[])["train_", "test_", "best_test_"]) Assert.Contains(name + key, header);
        Assert.EndsWith(",3,0.25", File.ReadAllLines(_folder.At("metrics.csv"))[2], StringComparison.Ordinal);
        var rows = MetricsFile.Read(_folder.Root);
        Assert.Equal([kind, kind], rows.Select(row => row.ScoreKind));
        Assert.Equal((null, 0.5, 0.4), (rows[0].TestScore, rows[1].TestScore, rows[1].TrainScore));
        Assert.Null(rows[0].TestFurther);
        Assert.Equal([3, 0.25], rows[1].TestFurther);
    }

    // A row as it was before there were other measures.
    [Fact]
    public void Rows_of_an_older_version_keep_their_columns()
    {
        var metrics = new MetricsFile(_folder.Root, 0);
        metrics.Append(Row(1));
        var old = File.ReadAllText(_folder.At("metrics.jsonl")).Replace(",\"test_macro_f1\":null", "", StringComparison.Ordinal);
        File.WriteAllText(_folder.At("metrics.jsonl"), old);
        Assert.DoesNotContain("macro_f1", old, StringComparison.Ordinal);
        new MetricsFile(_folder.Root, 1).Append(Row(2) with { TestFurther = [0.75] });
        var lines = File.ReadAllLines(_folder.At("metrics.csv"));
        Assert.Single(lines.Select(line => line.Split(',').Length).Distinct());
        Assert.Equal([0.75], MetricsFile.Read(_folder.Root)[1].TestFurther);
    }

    [Fact]
    public void What_is_not_finite_is_null_and_leaves_the_row()
    {
        var kind = ScoreKind.All.Single(kind => kind.Key == "rmse");
        new MetricsFile(_folder.Root, 0).Append(
            Row(1) with { ScoreKind = kind, Loss = double.NaN, TestLoss = double.PositiveInfinity, TestFurther = [3, double.NaN] });
        Assert.Contains("\"loss\":null", File.ReadAllText(_folder.At("metrics.jsonl")), StringComparison.Ordinal);
        var row = Assert.Single(MetricsFile.Read(_folder.Root));
        Assert.Equal((1, double.NaN, null, 0.5), (row.Epoch, row.Loss, row.TestLoss, row.TestScore));
        Assert.Equal([3, double.NaN], row.TestFurther);
        Assert.EndsWith(",3,", File.ReadAllLines(_folder.At("metrics.csv"))[1], StringComparison.Ordinal);
    }

    internal static EpochMetrics Row(int epoch) => new()
    {
        Epoch = epoch, Updates = 10 * epoch, Phase = "sequential", Loss = 0.1 / epoch, TestLoss = 0.2, TestScore = 0.5,
            BestTestScore = 0.5,
        SamplesPerSecond = 1000, Connections = [10, 20], LivingNeurons = [5], TrainScore = 0.4,
    };
}
