using Akka.Configuration;

namespace Akka.Conformance.Configuration;

public sealed class ConfigSubstitutionTests
{
    [Theory]
    [InlineData("a = 1\nb = ${a}")]
    [InlineData("b = ${a}\na = 1")]
    [InlineData("a = ${c.d}\nb = ${a}\nc.d = 1")]
    [InlineData("c { d = 1 }\nb = ${c.d}")]
    [InlineData("a { x = 1 }\nc = ${a}\nb = ${c.x}")]
    public void A_substitution_has_the_value_at_its_path(string hocon) =>
        Assert.Equal(1, ConfigurationFactory.ParseString(hocon).GetInt("b"));

    [Fact]
    public void A_substitution_may_refer_into_the_object_it_stands_in()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, y = ${a.x} }");

        Assert.Equal(1, config.GetInt("a.y"));
    }

    [Fact]
    public void A_substitution_joins_with_the_text_beside_it()
    {
        var config = ConfigurationFactory.ParseString("host = localhost\nport = 80\nurl = \"tcp://\"${host}\":\"${port}/path");

        Assert.Equal("tcp://localhost:80/path", config.GetString("url"));
    }

    [Fact]
    public void Quotes_keep_a_substitution_from_being_one()
    {
        Assert.Equal("${b}", ConfigurationFactory.ParseString("a = \"${b}\"").GetString("a"));
    }

    [Fact]
    public void A_list_can_be_extended_by_its_name()
    {
        var config = ConfigurationFactory.ParseString("base = [1, 2]\na = ${base} [3]");

        Assert.Equal([1, 2, 3], config.GetIntList("a"));
        Assert.Equal([1, 2], config.GetIntList("base"));
    }

    [Fact]
    public void A_substitution_can_be_an_element_of_a_list() =>
        Assert.Equal(["x", "y"], ConfigurationFactory.ParseString("a = x\nb = [${a}, y]").GetStringList("b"));

    [Fact]
    public void A_required_substitution_that_nothing_defines_is_an_error()
    {
        var exception = Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString("a = ${nowhere.x}").GetString("a"));

        Assert.Contains("nowhere.x", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_is_not_consulted()
    {
        Assert.NotNull(Environment.GetEnvironmentVariable("PATH"));
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString("a = ${PATH}").GetString("a"));
    }

#if !AKKA_OFFICIAL
    // Akka.NET 1.5 misreads the following without an error, or does not return.
    [Fact]
    public void An_object_can_be_inherited_and_overridden()
    {
        var config = ConfigurationFactory.ParseString("base { x = 1, y = 2 }\na = ${base} { y = 3 }");

        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(3, config.GetInt("a.y"));
        Assert.Equal(2, config.GetInt("base.y"));
    }

    [Fact]
    public void An_optional_substitution_that_is_defined_has_its_value() =>
        Assert.Equal(2, ConfigurationFactory.ParseString("a = 1\nb = 2\na = ${?b}").GetInt("a"));

    [Fact]
    public void An_optional_substitution_that_is_not_defined_leaves_the_earlier_value()
    {
        var config = ConfigurationFactory.ParseString("a = 1\na = ${?nowhere}\nb = ${?nowhere}\nc = x${?nowhere}y\nd = [1, ${?nowhere}]");

        Assert.Equal(1, config.GetInt("a"));
        Assert.False(config.HasPath("b"));
        Assert.Equal("xy", config.GetString("c"));
        Assert.Equal([1], config.GetIntList("d"));
    }

    [Fact]
    public void A_reference_to_its_own_key_is_to_the_value_before()
    {
        var config = ConfigurationFactory.ParseString("a = x\na = ${a}y\na = ${a}z\nb.list = [1]\nb.list = ${b.list} [2]");

        Assert.Equal("xyz", config.GetString("a"));
        Assert.Equal([1, 2], config.GetIntList("b.list"));
    }

    [Fact]
    public void Plus_equals_appends_an_element()
    {
        var config = ConfigurationFactory.ParseString("a = [1]\na += 2\na += 3\nb.c += x\nb { c += y }");

        Assert.Equal([1, 2, 3], config.GetIntList("a"));
        Assert.Equal(["x", "y"], config.GetStringList("b.c"));
    }

    [Theory]
    [InlineData("a = ${b}\nb = ${a}")]
    [InlineData("a = ${a}")]
    [InlineData("a { b = ${a} }")]
    public void A_circle_of_references_is_an_error(string hocon) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon));
#endif
}
