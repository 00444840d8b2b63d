using ActorSparse.Host.Commands;

namespace ActorSparse.Host.Tests;

/// <summary>One call of the command line within this process.</summary>
internal sealed record Call(int ExitCode, string Output, string Error)
{
    public static Call Of(params string[] arguments) => With([], arguments);

    public static Call With(Dictionary<string, string> environment, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CommandLine.Run(CommandList.All, arguments, environment, output, error);
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that the call refused its input in one line that contains <paramref name="parts"/>.</summary>
    public void AssertRefused(params string[] parts)
    {
        Assert.Equal(ExitCodes.BadInput, ExitCode);
        Assert.Equal("", Output);
        Assert.Equal(1, Error.Count(character => character == '\n'));
        Assert.StartsWith("actorsparse: ", Error);
        foreach (var part in parts) Assert.Contains(part, Error);
    }

    /// <summary>Asserts that the call did what it was asked to.</summary>
    public Call AssertDone()
    {
        Assert.True(ExitCode == ExitCodes.Done, $"exit code {ExitCode}: {Error}");
        return this;
    }
}
