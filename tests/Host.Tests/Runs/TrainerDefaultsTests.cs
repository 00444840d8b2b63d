using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution.Guided;

namespace ActorSparse.Host.Tests.Runs;

/// <summary>A program that says nothing trains what the command trains that is told nothing.</summary>
public sealed class TrainerDefaultsTests
{
    [Theory]
    [InlineData(120, 1)]
    [InlineData(7_000, 4)]
    [InlineData(60_000, 8)]
    public void Classes(int samples, int workers)
    {
        using var data = new DataPair(SampleData.Of(samples, 4, 3), SampleData.Of(30, 4, 3));
        Check(data, workers);
    }

    [Theory]
    [InlineData(TargetKind.Real, "loss=mean-squared-error")]
    [InlineData(TargetKind.LabelSets, "loss=binary-cross-entropy")]
    public void Other_targets(TargetKind kind, string loss)
    {
        using var data = new DataPair(TinyData.Create(kind, 500, 8, seed: 1), TinyData.Create(kind, 50, 8, seed: 2));
        Check(data, workers: 2, loss);
    }

    private static void Check(DataPair data, int workers, params string[] given)
    {
        var settings = DataDefaults.Complete(Given([$"workers={workers}", .. given]), data.Train, defaultWorkers: 2);
        var (command, program) = (TrainingSetup.Job(settings, data), new Trainer().Job(data, workers));
        Assert.Equal(command.Spec.LayerSizes, program.Spec.LayerSizes);
        Assert.Equal(command.Spec with { LayerSizes = [] }, program.Spec with { LayerSizes = [] });
        Assert.Equal(command.Run, program.Run);
        Assert.Equal(command.Seed, program.Seed);
        var (theirs, ours) = ((GseRule)command.Training.Rule, (GseRule)program.Training.Rule);
        Assert.Equal((theirs.Guidance, theirs.Options), (ours.Guidance, ours.Options));
        Assert.Equal(command.Training with { Rule = ours }, program.Training);
    }

    private static Settings Given(string[] given) => SettingsResolver.Resolve(
        Verbs.Train, null, new Dictionary<string, string>(), given.Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]));
}
