using ActorSparse.Model;
using Akka.Configuration;

namespace ActorSparse.Actors.Tests;

public sealed class SettingsSectionTests
{
    [Theory]
    [InlineData("1h", 3_600_000)]
    [InlineData("2m", 120_000)]
    [InlineData("0.5 s", 500)]
    [InlineData("300ms", 300)]
    [InlineData("250", 250)]
    public void Durations_have_a_unit_or_are_milliseconds(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Section(text).Duration("key"));

    [Theory]
    [InlineData("64KiB", 64 << 10)]
    [InlineData("64 k", 64 << 10)]
    [InlineData("64kB", 64_000)]
    [InlineData("2m", 2 << 20)]
    [InlineData("100", 100)]
    public void Sizes_are_binary_with_KiB_and_k_and_decimal_with_kB(string text, long bytes) =>
        Assert.Equal(bytes, Section(text).Bytes("key", 1 << 30));

    [Theory]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("soon")]
    [InlineData("infinite")]
    public void What_is_no_duration_is_refused_by_name(string text) =>
        Assert.StartsWith("section.key: expected a duration", Refused(section => section.Duration("key"), text), StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("2GiB")]
    [InlineData("1.5MiB")]
    [InlineData("large")]
    public void What_is_no_size_is_refused_by_name(string text) =>
        Assert.StartsWith(
            "section.key: expected a size", Refused(section => section.Bytes("key", 1 << 30), text), StringComparison.Ordinal);

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    [InlineData("many")]
    public void What_is_no_number_is_refused_by_name(string text) =>
        Assert.StartsWith("section.key: expected a whole", Refused(section => section.Number("key", 0), text), StringComparison.Ordinal);

    private static string Refused(Action<SettingsSection> read, string text) =>
        Assert.Throws<InvalidInputException>(() => read(Section(text))).Message;

    private static SettingsSection Section(string text) =>
        new(ConfigurationFactory.ParseString($"section.key = {text}"), "section", "hocon/test.conf");
}
