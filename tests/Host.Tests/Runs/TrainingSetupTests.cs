using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Runs;

public sealed class TrainingSetupTests
{
    [Theory]
    [InlineData(20, 10)]
    [InlineData(20, 10, "mode=wssp")]
    [InlineData(10, 20, "mode=sequential")]
    [InlineData(20, 10, "rule=rigl")]
    [InlineData(3, 10, "importance-every=3")]
    [InlineData(20, 0, "importance-percentile=0")]
    [InlineData(3, 7.5, "mode=sequential", "importance-every=3", "importance-percentile=7.5")]
    public void Importance_pruning_is_gentler_with_workers(int interval, double percentile, params string[] given)
    {
        var options = Options([.. given, "importance-from=200"]).ImportancePruning!;
        Assert.Equal((200, interval, percentile, 0.01), (options.StartEpoch, options.Interval, options.Percentile, options.MinimumLiving));
    }

    [Fact]
    public void Importance_pruning_strikes_only_if_asked_for() => Assert.Null(Options("importance-every=3").ImportancePruning);

    private static TrainingOptions Options(params string[] given)
    {
        var commandLine = given.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var settings = SettingsResolver.Resolve(Verbs.Train, null, new Dictionary<string, string>(), commandLine);
        using var samples = SampleData.Of(100, 4, 3);
        return TrainingSetup.Options(DataDefaults.Complete(settings, samples, defaultWorkers: 2), EvaluationRole.Test);
    }
}
