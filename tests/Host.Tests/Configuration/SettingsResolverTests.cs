using ActorSparse.Host.Configuration;
using ActorSparse.Model;

namespace ActorSparse.Host.Tests.Configuration;

public class SettingsResolverTests
{
    private static readonly StoredSettings s_recipe =
        new("r", "recipe r.conf",
            new Dictionary<string, string> { ["epsilon"] = "5", ["zeta"] = "0.1", ["epochs"] = "7", ["layers"] = "2-3-2" });

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_recipe()
    {
        var settings = SettingsResolver.Resolve(Verbs.Train, s_recipe,
            new Dictionary<string, string> { ["ACTORSPARSE_EPSILON"] = "6", ["ACTORSPARSE_ZETA"] = "0.2", ["PATH"] = "/bin" },
            new Dictionary<string, string> { ["epsilon"] = "7" });
        Assert.Equal(7, settings.Number("epsilon"));
        Assert.Equal(0.2, settings.Number("zeta"));
        Assert.Equal(7, settings.Whole("epochs"));
        Assert.Null(settings.Find("batch-size"));
        Assert.Equal("command line (--epsilon)", settings.SourceOf("epsilon"));
        Assert.Equal("environment (ACTORSPARSE_ZETA)", settings.SourceOf("zeta"));
        Assert.Equal("recipe r.conf", settings.SourceOf("epochs"));
    }

    [Theory]
    [InlineData("files", "train", "mine.csv")]
    [InlineData("madelon", "epochs", "3")]
    [InlineData("cifar-10", "dataset", "cifar-10")]
    public void Own_samples_take_the_place_of_a_recipes_data_set(string expected, string name, string value)
    {
        var recipe = new StoredSettings("r", "recipe r.conf", new Dictionary<string, string> { ["dataset"] = "madelon" });
        var settings = SettingsResolver.Resolve(
            Verbs.Train, recipe, new Dictionary<string, string>(), new Dictionary<string, string> { [name] = value });
        Assert.Equal(expected, settings.Text("dataset"));
    }

    [Fact]
    public void The_data_folder_has_a_short_name_in_the_environment()
    {
        var settings = SettingsResolver.Resolve(Verbs.Train, null, new Dictionary<string, string> { ["ACTORSPARSE_DATA"] = "/d" },
            new Dictionary<string, string>());
        Assert.Equal("/d", settings.Find("data-dir"));
    }

    [Theory]
    [InlineData("epochs", "ten", "expected a whole number from 1 to 2147483647")]
    [InlineData("epochs", "0", "expected a whole number")]
    [InlineData("epochs", "1.5", "expected a whole number")]
    [InlineData("learning-rate", "NaN", "expected a number of at least 0")]
    [InlineData("dropout", "1", "expected a number from 0 to 0.99")]
    [InlineData("nesterov", "perhaps", "expected true or false")]
    [InlineData("rule", "sett", "expected one of set")]
    public void A_value_that_is_none_is_refused_with_its_source(string name, string value, string expected)
    {
        var given = new Dictionary<string, string> { [name] = value };
        var variable = new Dictionary<string, string> { [OptionTable.Get(name).EnvironmentName] = value };
        var nothing = new Dictionary<string, string>();
        (string Source, Func<Settings> Resolve)[] sources =
        [
            ("command line: ", () => SettingsResolver.Resolve(Verbs.Train, null, nothing, given)),
            ("environment (ACTORSPARSE_", () => SettingsResolver.Resolve(Verbs.Train, null, variable, nothing)),
            ("recipe x: ", () => SettingsResolver.Resolve(Verbs.Train, new("x", "recipe x", given), nothing, nothing)),
        ];
        foreach (var (source, resolve) in sources)
        {
            var message = Assert.Throws<InvalidInputException>(resolve).Message;
            Assert.StartsWith(source, message);
            Assert.Contains($"{name} is '{value}'; {expected}", message);
        }
    }

    [Fact]
    public void A_misspelt_variable_is_refused_with_the_right_name()
    {
        var message = Assert.Throws<InvalidInputException>(() => SettingsResolver.Resolve(
            Verbs.Train, null, new Dictionary<string, string> { ["ACTORSPARSE_EPOCS"] = "3" }, new Dictionary<string, string>())).Message;
        Assert.Equal("environment: ACTORSPARSE_EPOCS is no setting of ActorSparse (did you mean ACTORSPARSE_EPOCHS?)", message);
    }

    [Fact]
    public void Every_option_has_one_name_and_a_default_that_it_accepts()
    {
        Assert.Equal(OptionTable.All.Count, OptionTable.All.Select(option => option.Name).Distinct().Count());
        Assert.Equal(OptionTable.EnvironmentNames.Count, OptionTable.EnvironmentNames.Distinct().Count());
        foreach (var option in OptionTable.All.Where(option => option.Default is not null))
            Assert.Equal(option.Default, option.Normalise(option.Default!, option.Name));
    }

    [Theory]
    [InlineData("epoch", "epochs", 1)]
    [InlineData("lerning-rate", "learning-rate", 1)]
    [InlineData("ehpocs", "epochs", 2)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void The_distance_counts_edits(string left, string right, int distance)
    {
        Assert.Equal(distance, Suggestion.Distance(left, right));
        Assert.Equal(distance, Suggestion.Distance(right, left));
    }

    [Fact]
    public void Nothing_is_suggested_for_what_resembles_nothing() => Assert.Equal("", Suggestion.For("quux", ["epochs", "epsilon"]));
}
