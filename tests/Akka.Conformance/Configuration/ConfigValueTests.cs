using Akka.Configuration;

namespace Akka.Conformance.Configuration;

public sealed class ConfigValueTests
{
    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("10 s", 10_000)]
    [InlineData("0.5 s", 500)]
    [InlineData("100ms", 100)]
    [InlineData("100 milliseconds", 100)]
    [InlineData("3 seconds", 3_000)]
    [InlineData("2m", 120_000)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("1 day", 86_400_000)]
    [InlineData("250", 250)]
    public void Durations_are_numbers_with_a_unit_or_milliseconds(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Fact]
    public void An_infinite_duration_is_that_of_a_timeout()
    {
        var config = ConfigurationFactory.ParseString("a = infinite");

        Assert.Equal(Timeout.InfiniteTimeSpan, config.GetTimeSpan("a"));
        Assert.ThrowsAny<Exception>(() => config.GetTimeSpan("a", null, allowInfinite: false));
    }

    [Theory]
    [InlineData("128000", 128_000)]
    [InlineData("128000b", 128_000)]
    [InlineData("128000 B", 128_000)]
    [InlineData("1kB", 1_000)]
    [InlineData("1 kilobyte", 1_000)]
    [InlineData("1k", 1_024)]
    [InlineData("1K", 1_024)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("10 MiB", 10_485_760)]
    [InlineData("2m", 2_097_152)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("1 GiB", 1_073_741_824)]
    [InlineData("1 TiB", 1_099_511_627_776)]
    public void Byte_sizes_are_decimal_with_kB_and_binary_with_k_or_KiB(string text, long bytes) =>
        Assert.Equal(bytes, ConfigurationFactory.ParseString($"a = {text}").GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"on\"", true)]
    public void Booleans_have_two_spellings(string text, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a", !expected));

    [Fact]
    public void Numbers_are_read_as_the_type_that_is_asked_for()
    {
        var config = ConfigurationFactory.ParseString("a = -17, b = 5000000000, c = 0.25, d = 1e-3, e = \"42\"");

        Assert.Equal(-17, config.GetInt("a"));
        Assert.Equal(5_000_000_000, config.GetLong("b"));
        Assert.Equal(0.25f, config.GetFloat("c"));
        Assert.Equal(0.25, config.GetDouble("c"));
        Assert.Equal(0.25m, config.GetDecimal("c"));
        Assert.Equal(0.001, config.GetDouble("d"));
        Assert.Equal(42, config.GetInt("e"));
        Assert.Equal("-17", config.GetString("a"));
    }

    [Fact]
    public void Lists_are_read_as_the_type_that_is_asked_for()
    {
        var config = ConfigurationFactory.ParseString("a = [1, 2], b = [on, off], c = [0.5, 1.5], d = [], e = [\"x y\", z]");

        Assert.Equal([1L, 2L], config.GetLongList("a"));
        Assert.Equal([1, 2], config.GetByteList("a"));
        Assert.Equal([true, false], config.GetBooleanList("b"));
        Assert.Equal([0.5f, 1.5f], config.GetFloatList("c"));
        Assert.Equal([0.5, 1.5], config.GetDoubleList("c"));
        Assert.Equal([0.5m, 1.5m], config.GetDecimalList("c"));
        Assert.Empty(config.GetStringList("d"));
        Assert.Equal(["x y", "z"], config.GetStringList("e"));
    }

    [Fact]
    public void An_absent_path_gives_the_default()
    {
        var config = ConfigurationFactory.ParseString("a { b = 1 }");

        Assert.False(config.HasPath("a.c"));
        Assert.False(config.HasPath("a.b.c"));
        Assert.True(config.HasPath("a"));
        Assert.True(config.HasPath("a.b"));
        Assert.Null(config.GetString("a.c"));
        Assert.Equal("x", config.GetString("a.c", "x"));
        Assert.Equal(0, config.GetInt("a.c"));
        Assert.Equal(7, config.GetInt("a.c", 7));
        Assert.Equal(7, config.GetLong("a.c", 7));
        Assert.Equal(0.5, config.GetDouble("a.c", 0.5));
        Assert.Equal(0.5f, config.GetFloat("a.c", 0.5f));
        Assert.Equal(0.5m, config.GetDecimal("a.c", 0.5m));
        Assert.True(config.GetBoolean("a.c", true));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("a.c"));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("a.c", TimeSpan.FromSeconds(3)));
        Assert.Null(config.GetByteSize("a.c"));
        Assert.Empty(config.GetStringList("a.c"));
        Assert.Null(config.GetConfig("a.c"));
        Assert.Null(config.GetValue("a.c"));
    }

    [Fact]
    public void Null_is_a_value_that_reads_as_no_text()
    {
        var config = ConfigurationFactory.ParseString("a { x = 1 }\na = null");

        Assert.True(config.HasPath("a"));
        Assert.False(config.HasPath("a.x"));
        Assert.Null(config.GetString("a", "default"));
        Assert.ThrowsAny<Exception>(() => config.GetInt("a", 5));
    }

    [Theory]
    [InlineData("a = x")]
    [InlineData("a = 1x")]
    [InlineData("a = 99999999999")]
    public void A_value_of_another_type_is_an_error(string hocon) =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString(hocon).GetInt("a"));

    [Theory]
    [InlineData("yes")]
    [InlineData("2")]
    public void A_boolean_of_another_spelling_is_an_error(string text) =>
        Assert.Throws<NotSupportedException>(() => ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a"));

    [Fact]
    public void A_text_converts_to_a_configuration()
    {
        Config config = "a { b = 1 }";

        Assert.Equal(1, config.GetInt("a.b"));
    }
}
