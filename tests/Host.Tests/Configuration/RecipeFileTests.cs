using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Tests.Configuration;

public sealed class RecipeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> BuiltIn => [.. RecipeFile.BuiltInNames];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Every_built_in_recipe_gives_a_network_and_options(string name)
    {
        var settings = SettingsResolver.Resolve(Verbs.Train, RecipeFile.Load(name), new Dictionary<string, string>(),
            new Dictionary<string, string>());
        using var samples = SampleData.Of(1000, 6, 2);
        settings = DataDefaults.Complete(settings, samples, defaultWorkers: 2);
        Assert.Equal(name, settings.Origin);
        Assert.True(settings.Read("layers", SpecNames.ParseLayerSizes).Count > 2);
        settings.Read("activation", Activation.Parse);
        settings.Read("output-activation", Activation.Parse);
        TrainingSetup.Options(settings).Validate();
        var data = TrainingSetup.Data(settings);
        Assert.True(data.Name is null || DataSource.Names.Contains(data.Name));
    }

    [Fact]
    public void Keys_may_be_nested_and_lists_bracketed()
    {
        var path = _folder.Write("mine.conf", """
            layers = [4, 3, 2]
            importance { from = 20, every = 5, percentile = 10 }
            class-weights = [1, 2.5]
            learning-rate = 0.05 // with a comment
            nesterov = on
            """);
        var settings = SettingsResolver.Resolve(Verbs.Train, RecipeFile.Load(path), new Dictionary<string, string>(),
            new Dictionary<string, string>());
        Assert.Equal("mine", settings.Origin);
        Assert.Equal("4-3-2", settings.Text("layers"));
        Assert.Equal((20, 5, 10),
            (settings.Whole("importance-from"), settings.Whole("importance-every"), settings.Whole("importance-percentile")));
        Assert.Equal("1,2.5", settings.Text("class-weights"));
        Assert.True(settings.Flag("nesterov"));
        using var samples = SampleData.Of(100, 4, 2);
        Assert.Equal(5, TrainingSetup.Options(DataDefaults.Complete(settings, samples, 0)).ImportancePruning!.Interval);
    }

    [Fact]
    public void A_recipe_can_include_another()
    {
        _folder.Write("base.conf", "epsilon = 3\nzeta = 0.2");
        var recipe = RecipeFile.Load(_folder.Write("more.conf", "include \"base.conf\"\nzeta = 0.4"));
        Assert.Equal("3", recipe.Values["epsilon"]);
        Assert.Equal("0.4", recipe.Values["zeta"]);
    }

    [Theory]
    [InlineData("lerning-rate = 0.1", "unknown key 'lerning-rate' (did you mean learning-rate?)")]
    [InlineData("importance { form = 3 }", "unknown key 'importance-form' (did you mean importance-from?)")]
    [InlineData("resume = true", "unknown key 'resume'")]
    [InlineData("epochs = {", "recipe")]
    [InlineData("include \"absent.conf\"", "absent.conf")]
    public void What_is_no_recipe_is_refused_in_one_line(string text, string expected)
    {
        var path = _folder.Write("bad.conf", text);
        var message = Assert.Throws<InvalidInputException>(() => RecipeFile.Load(path)).Message;
        Assert.Contains(path, message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_misspelt_recipe_is_refused_with_the_right_name() =>
        Assert.Contains("there is no recipe 'fashion-mnits' (did you mean fashion-mnist?)",
            Assert.Throws<InvalidInputException>(() => RecipeFile.Load("fashion-mnits")).Message);
}
