using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

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
        var isGraph = settings.Find("network") is not null;
        using var samples = isGraph ? SampleData.Of(100, 3072, 10, new(32, 32, 3)) : SampleData.Of(1000, 6, 2);
        settings = DataDefaults.Complete(settings, samples, defaultWorkers: 2);
        Assert.Equal(name, settings.Origin);
        if (isGraph) Assert.Equal(0.9, 1 - Density(TrainingSetup.Spec(settings, samples)), 0.02);
        else Assert.True(settings.Read("layers", SpecNames.ParseLayerSizes).Count > 2);
        settings.Read("activation", Activation.Parse);
        settings.Read("output-activation", Activation.Parse);
        TrainingSetup.Options(settings, EvaluationRole.Test).Validate();
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
        Assert.Equal(5, TrainingSetup.Options(DataDefaults.Complete(settings, samples, 0), EvaluationRole.Test).ImportancePruning!.Interval);
    }

    [Theory]
    [InlineData("""
        network {
          input = 3x8x8
          nodes = [
            { name = stem, operator = convolution, channels = 4, bias = false }, { operator = relu, name = act }
            { operator = convolution, channels = 4 },
            { operator = add, inputs = [act, convolution-3] }
            { operator = global-mean }, { operator = linear, outputs = 10 }
          ]
        }
        """)]
    [InlineData("""
        "network": {"input": "3x8x8", "nodes": [
          {"name": "stem", "operator": "convolution", "channels": 4, "bias": false}, {"operator": "relu", "name": "act"},
          {"operator": "convolution", "channels": 4},
          {"operator": "add", "inputs": ["act", "convolution-3"]},
          {"operator": "global-mean"}, {"operator": "linear", "outputs": 10}]}
        """)]
    public void A_network_may_stand_in_a_recipe(string text)
    {
        var graph = GraphText.Parse(NetworkOf(_folder.Write("mine.conf", text)));
        Assert.Equal(6, graph.Nodes.Count);
        Assert.Equal(new ConvolutionSpec(4) { Bias = false }, graph.Nodes[0].Operator);
        Assert.Equal([2, 3], graph.Nodes[3].Inputs);
    }

    [Fact]
    public void A_network_may_be_a_name_or_a_file_next_to_the_recipe()
    {
        _folder.Write("net.json", """{"input": "3x8x8", "nodes": [{"operator": "flatten"}, {"operator": "linear", "outputs": 10}]}""");
        Assert.Equal(2, GraphText.Parse(NetworkOf(_folder.Write("mine.conf", "network = net.json"))).Nodes.Count);
        var named = GraphText.Parse(NetworkOf(_folder.Write("mine.conf", "network = resnet-8")));
        Assert.Equal((new TensorShape(3, 8, 8), new TensorShape(10)), (named.Input, named.Output));
    }

    [Theory]
    [InlineData("network { input = 3x8x8, nodes = [{ operator = flatten }, { operator = linear }] }", "node 2, 'linear-2': linear: option 'outputs'")]
    [InlineData("network { input = 3x8x8, nodes = [{ operator = flatten }, { operator = { a = b } }] }", "node 2: 'operator' is no text")]
    [InlineData("network { input = 3x8x8, nods = [] }", "unknown key 'nods'")]
    [InlineData("network { input = 3x8x8, nodes = flat }", "expected 'nodes', a list")]
    [InlineData("network = resnet-21", "network resnet-21: a residual network of 21 layers")]
    [InlineData("network = resnet20", "network resnet20: there is no such file (did you mean resnet-20?)")]
    [InlineData("network = absent.json", "network absent.json: there is no such file; expected one or a name: resnet-20, ")]
    public void What_is_no_network_is_refused_with_recipe_and_node(string text, string expected)
    {
        var path = _folder.Write("bad.conf", text);
        var message = Assert.Throws<InvalidInputException>(() => NetworkOf(path)).Message;
        Assert.StartsWith($"recipe {path}: network", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("", 0.9)]
    [InlineData("sparsity = 0.5", 0.5)]
    [InlineData("epsilon = 0.5", 0.9881)]
    public void A_network_is_nine_tenths_sparse_unless_something_else_is_said(string text, double expected)
    {
        using var images = SampleData.Of(100, 192, 10, new(8, 8, 3));
        var recipe = RecipeFile.Load(_folder.Write("mine.conf", "network = resnet-20\n" + text));
        var settings = SettingsResolver.Resolve(Verbs.Train, recipe, new Dictionary<string, string>(), new Dictionary<string, string>());
        var spec = TrainingSetup.Spec(DataDefaults.Complete(settings, images, defaultWorkers: 2), images);
        Assert.Equal(expected, 1 - Density(spec), 0.004);
    }

    [Fact]
    public void A_network_by_name_wants_images()
    {
        using var samples = SampleData.Of(100, 192, 10);
        var message = Assert.Throws<InvalidInputException>(() => NetworkOf(_folder.Write("mine.conf", "network = resnet-8"), samples)).Message;
        Assert.Contains("samples has 192 features and no images; expected a folder of images, cifar-10, fashion-mnist, or IDX files", message, StringComparison.Ordinal);
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

    // As the run of a recipe would store it, for images of 8 x 8 and 10 classes unless other samples are given.
    private static string NetworkOf(string recipe, DenseDataset? samples = null)
    {
        using var images = SampleData.Of(100, 192, 10, new(8, 8, 3));
        var settings = SettingsResolver.Resolve(Verbs.Train, RecipeFile.Load(recipe), new Dictionary<string, string>(),
            new Dictionary<string, string>());
        return DataDefaults.Complete(settings, samples ?? images, defaultWorkers: 2).Text("network");
    }

    private static double Density(NetworkSpec spec) => spec.Layout().Sparse.Zip(spec.Epsilons(), (block, epsilon) =>
        ErdosRenyi.ExpectedConnections(block.Columns, block.Rows, epsilon)).Sum() / spec.Layout().PossibleConnections;
}
