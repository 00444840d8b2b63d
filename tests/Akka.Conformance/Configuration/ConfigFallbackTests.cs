using Akka.Configuration;

namespace Akka.Conformance.Configuration;

public sealed class ConfigFallbackTests
{
    private static readonly Config Combined = ConfigurationFactory.ParseString("a { x = 1, z { p = 1 } }\nlist = [1]\nonly = top")
        .WithFallback(ConfigurationFactory.ParseString("a { x = 9, y = 2, z { p = 9, q = 2 } }\nlist = [8, 9]\nbelow = on"))
        .WithFallback(ConfigurationFactory.ParseString("a { y = 9, w = 3 }\nbelow = off\nlast = end"));

    [Fact]
    public void The_first_configuration_that_has_a_path_answers()
    {
        Assert.Equal(1, Combined.GetInt("a.x"));
        Assert.Equal(2, Combined.GetInt("a.y"));
        Assert.Equal(3, Combined.GetInt("a.w"));
        Assert.Equal(1, Combined.GetInt("a.z.p"));
        Assert.Equal(2, Combined.GetInt("a.z.q"));
        Assert.Equal("top", Combined.GetString("only"));
        Assert.True(Combined.GetBoolean("below"));
        Assert.Equal("end", Combined.GetString("last"));
    }

    [Fact]
    public void Lists_replace_each_other() => Assert.Equal([1], Combined.GetIntList("list"));

    [Fact]
    public void A_part_keeps_the_fallbacks_of_the_whole()
    {
        var part = Combined.GetConfig("a")!;

        Assert.Equal(1, part.GetInt("x"));
        Assert.Equal(2, part.GetInt("y"));
        Assert.Equal(3, part.GetInt("w"));
        Assert.Equal(2, part.GetInt("z.q"));
    }

    [Fact]
    public void All_keys_are_enumerated_once()
    {
        Assert.Equal(
            ["a", "below", "last", "list", "only"],
            Combined.AsEnumerable().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["w", "x", "y", "z"],
            Combined.GetConfig("a")!.AsEnumerable().Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Combining_changes_neither_side()
    {
        var top = ConfigurationFactory.ParseString("a { x = 1 }");
        var below = ConfigurationFactory.ParseString("a { y = 2 }");

        var both = top.WithFallback(below);

        Assert.Equal(2, both.GetInt("a.y"));
        Assert.False(top.HasPath("a.y"));
        Assert.False(below.HasPath("a.x"));
    }

    [Fact]
    public void An_empty_configuration_is_neutral_on_either_side()
    {
        var config = ConfigurationFactory.ParseString("a = 1");

        Assert.True(ConfigurationFactory.Empty.IsEmpty);
        Assert.False(config.IsEmpty);
        Assert.Equal(1, config.WithFallback(ConfigurationFactory.Empty).GetInt("a"));
        Assert.Equal(1, ConfigurationFactory.Empty.WithFallback(config).GetInt("a"));
        Assert.False(ConfigurationFactory.Empty.WithFallback(config).IsEmpty);
    }

    [Fact]
    public void A_configuration_cannot_be_its_own_fallback()
    {
        var config = ConfigurationFactory.ParseString("a = 1");

        Assert.Throws<ArgumentException>(() => config.WithFallback(config));
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same()
    {
        var config = ConfigurationFactory.ParseString("""
            a { x = 1, y = "two words", on = true }
            list = [1, "b c", 3]
            text = "# and ${no}"
            """);

        var copy = ConfigurationFactory.ParseString(config.ToString());

        Assert.Equal(1, copy.GetInt("a.x"));
        Assert.Equal("two words", copy.GetString("a.y"));
        Assert.True(copy.GetBoolean("a.on"));
        Assert.Equal(["1", "b c", "3"], copy.GetStringList("list"));
        Assert.Equal("# and ${no}", copy.GetString("text"));
    }

    [Fact]
    public void The_fallback_is_written_on_demand()
    {
        var copy = ConfigurationFactory.ParseString(Combined.ToString(includeFallback: true));

        Assert.Equal(1, copy.GetInt("a.x"));
        Assert.Equal(3, copy.GetInt("a.w"));
        Assert.Equal("end", copy.GetString("last"));
    }
}
