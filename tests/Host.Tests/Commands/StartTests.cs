using System.Text.Json;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>What a start takes and refuses: names, options that do nothing, paths from elsewhere.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _samples;

    public StartTests() => _samples = _folder.WriteSamples("samples.csv", 60);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public void A_name_is_no_path(string name)
    {
        string[] options = ["--train", _samples, "--epochs", "1", "--runs", _folder.At("runs"), "--name", name];
        foreach (var command in (string[])["train", "compare"])
            Call.Of([command, .. options]).AssertRefused($"name '{name}': expected a name, no path (--out DIR takes one)");
        Assert.Single(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Theory]
    [InlineData("--mode sequential --workers 2", "--workers 2 has no effect without workers (mode sequential)")]
    [InlineData("--mode sequential --phase-two 0.5", "--phase-two 0.5 has no effect")]
    [InlineData("--mode wssp --staleness-max 3", "--staleness-max 3 has no effect in mode wssp")]
    [InlineData("--optimizer sgd --beta2 0.9", "--beta2 0.9 is of --optimizer adamw")]
    [InlineData("--nesterov", "--nesterov true is of --optimizer sgd")]
    [InlineData("--zeta 0.3", "--zeta 0.3 is of --rule set and set-zero, not of gse-uniform")]
    [InlineData("--rule static --evolve-every 3", "--evolve-every 3 is of --rule gse-uniform, gse-grabo, gse-graest, rigl, gradual and top-kast, not of static")]
    [InlineData("--rule rigl --grow-subset 3", "--grow-subset 3 is of --rule gse-uniform, gse-grabo, gse-graest and top-kast, not of rigl")]
    [InlineData("--importance-every 3", "--importance-every 3 has no effect without --importance-from")]
    [InlineData("--importance-from 5 --epochs 5", "--importance-from 5 has no effect in 5 epochs")]
    [InlineData("--evolve-every 5000 --epochs 5", "--evolve-every 5000 has no effect: of ")]
    [InlineData("--layers 2-2 --activation tanh", "--activation tanh has no effect: there is no hidden layer")]
    [InlineData("--layers 2-2 --dropout 0.5", "--dropout 0.5 has no effect: the network has no node with dropout")]
    [InlineData("--samples 100", "--samples 100 is of generated samples")]
    [InlineData("--feature-density 0.5", "--feature-density 0.5 is of --dataset planted")]
    [InlineData("--test-labels labels", "--test-labels labels has no effect without --test")]
    [InlineData("--sparsity 0.5 --epsilon 3", "--epsilon 3 has no effect beside --sparsity")]
    [InlineData("--libsvm-base 1", "samples.csv: --libsvm-base is for LIBSVM files")]
    [InlineData("--kernels 1024", "command line (--kernels): kernels: 1024: expected one of ")]
    [InlineData("--test samples.csv --holdout 0.5", "--holdout 0.5 has no effect where there are test samples")]
    public void Options_that_do_nothing_are_refused(string options, string expected)
    {
        Call.Of(["train", "--train", _samples, "--out", _folder.At("run"), .. options.Split(' ')]).AssertRefused(expected);
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Theory]
    [InlineData("train madelon --format idx", "--format idx is of files, not of the data set madelon")]
    [InlineData("train madelon --label first", "--label first is of files")]
    [InlineData("train --dataset planted --missing mean", "--missing mean is of files, not of the data set planted")]
    [InlineData("train --resume --out run nosuchrecipe", "there is no recipe 'nosuchrecipe'")]
    [InlineData("bench kernels --rate 3", "--rate: has no effect on bench kernels")]
    [InlineData("bench inference --seconds 3", "--seconds: has no effect on bench inference")]
    [InlineData("bench kernel", "no measurement 'kernel' (did you mean kernels?)")]
    public void Other_commands_refuse_what_does_nothing_too(string line, string expected) => Call.Of(line.Split(' ')).AssertRefused(expected);

    [Fact]
    public void Options_that_say_what_is_so_anyway_are_not() => Call.Of("train", "--train", _samples, "--out", _folder.At("run"), "--epochs", "1",
        "--layers", "2-2", "--mode", "sequential", "--workers", "1", "--phase-two", "0", "--rule", "static", "--dropout", "0", "--activations",
        "full").AssertDone();

    [Fact]
    public void A_run_goes_on_to_more_epochs_only()
    {
        Call.Of("train", "--train", _samples, "--out", _folder.At("run"), "--epochs", "3", "--layers", "2-20-2", "--mode", "sequential").AssertDone();
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "2")
            .AssertRefused("has 3 epochs behind it; expected more to go on to, not --epochs 2");
    }

    [Fact]
    public void A_run_keeps_where_its_relative_paths_begin()
    {
        Call.Of("train", "--train", Path.GetRelativePath(Environment.CurrentDirectory, _samples), "--out", _folder.At("run"), "--epochs", "1",
            "--layers", "2-20-2", "--mode", "sequential").AssertDone();
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.At("run", "config.json")));
        Assert.Equal(Environment.CurrentDirectory, json.RootElement.GetProperty("started_in").GetString());
        Call.Of("evaluate", _folder.At("run")).AssertDone();
    }

    [Theory]
    [InlineData("valid.csv", true)]
    [InlineData("0.25", false)]
    public void Validation_samples_begin_there_too_and_a_share_is_no_path(string validation, bool isPath)
    {
        _folder.WriteSamples("valid.csv", 20, seed: 2);
        var given = isPath ? Path.GetRelativePath(Environment.CurrentDirectory, _folder.At(validation)) : validation;
        Call.Of("train", "--train", _samples, "--validation", given, "--out", _folder.At("run"), "--epochs", "1", "--layers", "2-20-2", "--mode",
            "sequential").AssertDone();
        var file = _folder.At("run", "config.json");
        var stored = RunConfiguration.FromJson(File.ReadAllText(file), file);
        Assert.Equal(isPath ? Environment.CurrentDirectory : null, stored.Folder);
        Assert.Equal(isPath ? null : "0.25",
            RunConfiguration.FromJson(RunConfiguration.WithoutFiles(File.ReadAllText(file), file), file).Values.GetValueOrDefault("validation"));
        // From another folder.
        var settings = SettingsResolver.Resolve(Verbs.Train, stored with { Values = new Dictionary<string, string>(stored.Values) { ["validation"] = validation },
            Folder = _folder.Root }, new Dictionary<string, string>(), new Dictionary<string, string>());
        var data = TrainingSetup.Data(settings);
        Assert.Equal((isPath ? _folder.At(validation) : null, isPath ? null : 0.25), (data.Validation, data.ValidationShare));
    }

    [Fact]
    public void Paths_of_a_run_begin_where_it_was_started_and_others_here()
    {
        var stored = new StoredSettings(null, "config.json", new Dictionary<string, string> { ["train"] = "samples.csv", ["test"] = "absent.csv" },
            _folder.Root);
        var given = new Dictionary<string, string> { ["test-labels"] = "samples.csv" };
        var settings = SettingsResolver.Resolve(Verbs.Evaluate, stored, new Dictionary<string, string>(), given);
        Assert.Equal(_samples, settings.FindPath("train"));
        Assert.Equal("absent.csv", settings.FindPath("test"));
        Assert.Equal("samples.csv", settings.FindPath("test-labels"));
        Assert.Equal("samples.csv", settings.Find("train"));
        Assert.Null(settings.FindPath("train-labels"));
    }
}
