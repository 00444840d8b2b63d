using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;

namespace ActorSparse.Host.Tests.Runs;

public sealed class DataDefaultsTests
{
    [Theory]
    // Alone: 8 to 128 samples, about a 50th of all.
    [InlineData(120, 1, 8, 0.003, 0.001)]
    [InlineData(1_437, 1, 16, 0.003, 0.000562)]
    [InlineData(7_000, 1, 128, 0.003, 0.000926)]
    [InlineData(60_000, 1, 128, 0.003, 0.000107)]
    // With others: no more under way than alone, and a rate that goes with the root of the batch size.
    [InlineData(7_000, 4, 32, 0.0015, 0.000229)]
    [InlineData(7_000, 8, 16, 0.00106, 0.000114)]
    [InlineData(60_000, 4, 128, 0.003, 0.000107)]
    [InlineData(60_000, 8, 64, 0.00212, 5.34e-05)]
    [InlineData(60_000, 24, 16, 0.00106, 1.33e-05)]
    // A batch for each of many workers.
    [InlineData(20, 8, 2, 0.0015, 0.001)]
    public void Batches_rate_and_decay_fit_samples_and_workers(int samples, int workers, int batch, double rate, double decay)
    {
        var settings = Complete(samples, defaultWorkers: 2, $"workers={workers}");
        Assert.Equal((batch, rate, decay),
            (settings.Whole("batch-size"), settings.Number("learning-rate"), settings.Number("weight-decay")));
        Assert.Equal(workers, settings.Whole("workers"));
        Assert.False(settings.IsGiven("batch-size"));
    }

    [Theory]
    [InlineData(150, 1)]
    [InlineData(1_000, 2)]
    [InlineData(60_000, 4)]
    public void As_many_workers_as_the_samples_allow(int samples, int workers) =>
        Assert.Equal(workers, Complete(samples, defaultWorkers: 4).Whole("workers"));

    [Theory]
    [InlineData(100, "5")]
    [InlineData(7_000, "6.83")]
    [InlineData(60_000, "20")]
    [InlineData(1_000_000, "20")]
    public void More_samples_more_connections(int samples, string epsilon) =>
        Assert.Equal(epsilon, Complete(samples, defaultWorkers: 0, "mode=sequential").Text("epsilon"));

    [Fact]
    public void What_was_given_stays()
    {
        var settings = Complete(1_000, 4, "batch-size=10", "learning-rate=0.5", "sparsity=0.9", "layers=4-5-3", "evolve-every=7");
        Assert.Equal(("10", "0.5", "4-5-3", "7"),
            (settings.Text("batch-size"), settings.Text("learning-rate"), settings.Text("layers"), settings.Text("evolve-every")));
        Assert.Null(settings.Find("epsilon"));
        Assert.Equal("command line (--batch-size)", settings.SourceOf("batch-size"));
        Assert.Equal("4-1000-1000-1000-3", Complete(1_000, 4).Text("layers"));
    }

    [Fact]
    public void Sgd_s_rate_goes_with_the_batch_and_step_by_step_both_do()
    {
        Assert.Equal(0.05, Complete(7_000, 2, "optimizer=sgd", "workers=1").Number("learning-rate"));
        Assert.Equal(0.0125, Complete(7_000, 2, "optimizer=sgd", "workers=4").Number("learning-rate"));
        Assert.Equal(0.00075, Complete(7_000, 2, "mode=wssp", "workers=4").Number("learning-rate"));
    }

    [Fact]
    public void Workers_without_a_batch_do_not_train_and_it_is_said()
    {
        var given = Given("workers=8", "batch-size=50");
        using var samples = SampleData.Of(120, 4, 3);
        var settings = DataDefaults.Complete(given, samples, 2);
        Assert.Equal(2, settings.Whole("workers"));
        Assert.Equal("8 workers were asked for and 2 train: 120 samples make 2 batches of 50", DataDefaults.Warning(given, settings, 120));
    }

    [Theory]
    [InlineData(false, "workers=8")]
    [InlineData(false, "workers=8", "batch-size=128")]
    [InlineData(true, "workers=24", "batch-size=128")]
    [InlineData(false, "workers=24", "batch-size=128", "mode=wssp")]
    public void Too_much_under_way_is_said_before_the_start(bool isSaid, params string[] given)
    {
        using var samples = SampleData.Of(60_000, 1, 2);
        var settings = Given(given);
        var warning = DataDefaults.Warning(settings, DataDefaults.Complete(settings, samples, 2), samples.SampleCount);
        Assert.Equal(isSaid, warning?.Contains("3,072 of 60,000 samples under way") == true);
    }

    [Theory]
    [InlineData(60_000, 2, 128, 29)] // an eighth of the samples is under way
    [InlineData(60_000, 3, 64, 26)] // a twelfth; where that is less than 16 steps up to an eighth
    [InlineData(60_000, 4, 64, 19)]
    [InlineData(60_000, 8, 64, 14)]
    [InlineData(60_000, 16, 32, 14)]
    [InlineData(1_000, 4, 8, 3)]
    [InlineData(7_000, 2, 64, 6)]
    [InlineData(100, 2, 8, 1)]
    [InlineData(10_000_000, 2, 128, 128)]
    public void Across_machines_workers_make_local_steps_and_send_16_bits(int samples, int workers, int batch, int steps)
    {
        using var data = SampleData.Of(samples, 1, 3);
        var given = SettingsResolver.Resolve(
            Verbs.Cluster, null, new Dictionary<string, string>(), new Dictionary<string, string> { ["workers"] = $"{workers}" });
        var settings = DataDefaults.Complete(given, data, defaultWorkers: 4, isAcrossMachines: true);
        Assert.Equal((batch, steps), (settings.Whole("batch-size"), settings.Whole("local-steps")));
        Assert.Equal(("bf16", "bf16"), (settings.Text("wire-gradients"), settings.Text("wire-parameters")));
        Assert.Null(DataDefaults.Complete(given, data, defaultWorkers: 4).Find("local-steps"));
    }

    [Fact]
    public void Across_machines_what_was_given_stays_and_step_by_step_there_are_no_local_steps()
    {
        using var data = SampleData.Of(6_000, 1, 3);
        Settings Completed(params (string, string)[] given) => DataDefaults.Complete(
            SettingsResolver.Resolve(
                Verbs.Cluster, null, new Dictionary<string, string>(), given.ToDictionary(item => item.Item1, item => item.Item2)),
            data, defaultWorkers: 4, isAcrossMachines: true);
        var given = Completed(("local-steps", "3"), ("wire-gradients", "full"));
        Assert.Equal((3, "full", "bf16"), (given.Whole("local-steps"), given.Text("wire-gradients"), given.Text("wire-parameters")));
        Assert.Null(Completed(("mode", "wssp")).Find("local-steps"));
    }

    private static Settings Complete(int samples, int defaultWorkers, params string[] given)
    {
        using var data = SampleData.Of(samples, 4, 3);
        return DataDefaults.Complete(Given(given), data, defaultWorkers);
    }

    private static Settings Given(params string[] given) => SettingsResolver.Resolve(
        Verbs.Train, null, new Dictionary<string, string>(), given.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]));
}
