using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Akka.Conformance.Configuration;

public sealed class ConfigSyntaxTests
{
    [Theory]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a.b.c = 1")]
    [InlineData("a { b.c : 1 }")]
    [InlineData("{ a : { b : { c : 1 } } }")]
    [InlineData("{ \"a\" : { \"b\" : { \"c\" : 1 } } }")]
    [InlineData("a\n{\n  b\n  {\n    c =\n      1\n  }\n}\n")]
    [InlineData("a.b { c = 0 }\na.b.c = 1")]
    public void Nesting_and_dotted_keys_lead_to_the_same_path(string hocon)
    {
        var config = ConfigurationFactory.ParseString(hocon);

        Assert.Equal(1, config.GetInt("a.b.c"));
        Assert.Equal(1, config.GetConfig("a")!.GetInt("b.c"));
        Assert.Equal(1, config.GetConfig("a.b")!.GetInt("c"));
    }

    [Fact]
    public void A_quoted_key_may_hold_dots_and_is_quoted_in_a_path_too()
    {
        var config = ConfigurationFactory.ParseString("""
            a { "System.Object" = json, "b/c" = 2 }
            """);

        Assert.Equal("json", config.GetString("a.\"System.Object\""));
        Assert.Equal(2, config.GetInt("a.\"b/c\""));
        Assert.Equal(["System.Object", "b/c"], config.GetConfig("a")!.AsEnumerable().Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("a = 1, b = 2")]
    [InlineData("a = 1\nb = 2")]
    [InlineData("a = 1\r\nb = 2\r\n")]
    [InlineData("a = 1,\nb = 2,\n")]
    [InlineData("\n\n  a = 1  \n\n\n  b = 2  \n\n")]
    [InlineData("a=1\nb:2")]
    public void Fields_end_at_commas_and_at_line_ends(string hocon)
    {
        var config = ConfigurationFactory.ParseString(hocon);

        Assert.Equal(1, config.GetInt("a"));
        Assert.Equal(2, config.GetInt("b"));
    }

    [Fact]
    public void Comments_begin_with_a_hash_or_two_slashes_and_end_with_the_line()
    {
        var config = ConfigurationFactory.ParseString("""
            # the first line
            a = 1 # after a value
            // b = 5
            c { // after a brace
              d = "no # comment, no // comment" // one
            } # after another
            e = [ # in a list
              1, // and
              2  # again
            ]
            """);

        Assert.Equal(1, config.GetInt("a"));
        Assert.False(config.HasPath("b"));
        Assert.Equal("no # comment, no // comment", config.GetString("c.d"));
        Assert.Equal([1, 2], config.GetIntList("e"));
    }

    [Fact]
    public void Quoted_texts_know_the_escapes_of_json()
    {
        var config = ConfigurationFactory.ParseString(@"a = ""x\ty\nz\\ \"" A""");

        Assert.Equal("x\ty\nz\\ \" A", config.GetString("a"));
    }

    [Fact]
    public void Triple_quotes_keep_line_ends_and_backslashes()
    {
        var config = ConfigurationFactory.ParseString("a = \"\"\"first \"line\"\n  \\second\"\"\"\nb = 1");

        Assert.Equal("first \"line\"\n  \\second", config.GetString("a"));
        Assert.Equal(1, config.GetInt("b"));
    }

    [Theory]
    [InlineData("a = one two  three  ", "one two  three")]
    [InlineData("a = 10 s", "10 s")]
    [InlineData("a = \"quoted\"", "quoted")]
    [InlineData("a = \"\"", "")]
    [InlineData("a = /user/worker", "/user/worker")]
    [InlineData("a = 1.5.64", "1.5.64")]
    [InlineData("a = Outer+Nested", "Outer+Nested")]
    public void Unquoted_words_join_with_the_blanks_between_them(string hocon, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString("a"));

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [1,2,3,]")]
    [InlineData("a = [\n1\n2\n3\n]")]
    [InlineData("a = [\n  1,\n  2,\n  3\n]")]
    [InlineData("a = [1, 2] [3]")]
    public void Lists_separate_their_elements_by_commas_or_lines(string hocon) =>
        Assert.Equal([1, 2, 3], ConfigurationFactory.ParseString(hocon).GetIntList("a"));

    [Fact]
    public void Lists_may_hold_objects_and_lists()
    {
        var array = ConfigurationFactory.ParseString("a = [{ b = 1 }, { b = 2 }, [3, 4]]").GetValue("a")!.GetArray();

        Assert.Equal(1, array[0].GetObject()!.GetKey("b")!.GetInt());
        Assert.Equal(2, array[1].GetObject()!.GetKey("b")!.GetInt());
        Assert.Equal([3, 4], array[2].GetIntList());
    }

    [Fact]
    public void A_later_value_replaces_an_earlier_one()
    {
        var config = ConfigurationFactory.ParseString("a = 1\na = 2\nb { c = 1 }\nb = 3\nd = [1, 2]\nd = [3]");

        Assert.Equal(2, config.GetInt("a"));
        Assert.Equal("3", config.GetString("b"));
        Assert.Equal([3], config.GetIntList("d"));
    }

    [Fact]
    public void A_later_object_merges_with_an_earlier_one()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1, y { p = 1 } }\na { x = 2, y { q = 2 } }\na.z = 3");

        Assert.Equal(2, config.GetInt("a.x"));
        Assert.Equal(1, config.GetInt("a.y.p"));
        Assert.Equal(2, config.GetInt("a.y.q"));
        Assert.Equal(3, config.GetInt("a.z"));
    }

    [Fact]
    public void An_include_merges_where_it_stands()
    {
        var config = ConfigurationFactory.ParseString(
            "a = 1\nb {\n  include \"inner\"\n  y = 5\n}\n",
            name => name == "inner" ? Parser.Parse("x = 3\ny = 4\nz { deep = on }", null) : throw new ArgumentException(name));

        Assert.Equal(1, config.GetInt("a"));
        Assert.Equal(3, config.GetInt("b.x"));
        Assert.Equal(5, config.GetInt("b.y"));
        Assert.True(config.GetBoolean("b.z.deep"));
    }

    [Fact]
    public void An_included_configuration_can_be_referred_to()
    {
        var config = ConfigurationFactory.ParseString(
            "include \"defaults\"\nb = ${defaults.x}",
            _ => new HoconRoot(ConfigurationFactory.ParseString("defaults { x = 3 }").Root));

        Assert.Equal(3, config.GetInt("b"));
    }
}
