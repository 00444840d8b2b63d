using Akka.Configuration;

namespace Akka.Conformance.Configuration;

public sealed class ConfigErrorTests
{
    [Theory]
    [InlineData("a = 1\n  b = $10s", 2, 7)]
    [InlineData("a = 1\n\n  b = ${nowhere}\n", 3, 7)]
    [InlineData("a = user@host", 1, 9)]
    [InlineData("a = x\\y", 1, 6)]
    public void A_malformed_text_is_an_error(string hocon, int line, int column)
    {
        var exception = Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));

        AssertPosition(exception, line, column);
    }

    [Fact]
    public void An_include_without_a_callback_is_an_error() =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString("include \"other\""));

#if AKKA_OFFICIAL
    private static void AssertPosition(FormatException exception, int line, int column) =>
        Assert.True(line > 0 && column > 0 && exception.Message.Length > 0);
#else
    [Theory]
    [InlineData("a { b = 1", 1, 3)]
    [InlineData("a = 1\nb = [1, 2", 2, 5)]
    [InlineData("a = \"not closed\nb = 1", 1, 5)]
    [InlineData("a = \"\"\"open", 1, 5)]
    [InlineData("a = 1\n}", 2, 1)]
    [InlineData("a = 1\nb = ${x", 2, 8)]
    [InlineData("a = ", 1, 5)]
    [InlineData("a = { b = }", 1, 11)]
    [InlineData("a = [1 } 2]", 1, 8)]
    [InlineData("a", 1, 2)]
    public void What_is_not_closed_or_has_no_value_is_an_error(string hocon, int line, int column)
    {
        var exception = Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(hocon));

        AssertPosition(exception, line, column);
    }

    [Fact]
    public void A_value_of_another_type_is_reported_with_its_path()
    {
        var config = ConfigurationFactory.ParseString("a { b = x, c = 10 parsecs, d { } }");

        AssertError("a.b: expected a whole number of 32 bits, found x", () => config.GetInt("a.b"));
        AssertError("a.c: expected a duration such as 10s, 100 ms or infinite, found \"10 parsecs\"", () => config.GetTimeSpan("a.c"));
        AssertError("a.c: expected a size such as 128000b, 64 KiB or 1MB, found \"10 parsecs\"", () => config.GetByteSize("a.c"));
        AssertError("a.d: expected text", () => config.GetString("a.d"));
        AssertError("a.b: expected a list, found x", () => config.GetIntList("a.b"));
    }

    private static void AssertError(string expected, Func<object?> read) =>
        Assert.StartsWith(expected, Assert.Throws<FormatException>(read).Message, StringComparison.Ordinal);

    private static void AssertPosition(FormatException exception, int line, int column) =>
        Assert.StartsWith($"line {line}, column {column}: ", exception.Message, StringComparison.Ordinal);
#endif
}
