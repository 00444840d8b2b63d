using Spectre.Console;

namespace ActorSparse.Host.Progress;

/// <summary>Chooses the display for where the output goes.</summary>
internal static class TrainingDisplays
{
    /// <summary>
    /// Silent if asked for; a live bar on a terminal; a line an epoch otherwise. With JSON asked for, standard output belongs to the JSON
    /// line, and progress goes to standard error.
    /// </summary>
    public static ITrainingDisplay Choose(bool quiet, bool json, TextWriter output, TextWriter error)
    {
        if (quiet) return new SilentDisplay();
        var writer = json ? error : output;
        var isTerminal = json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
        var dumb = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        if (!isTerminal || dumb) return new LineDisplay(writer);
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.Detect, Out = new AnsiConsoleOutput(writer) });
        return console.Profile.Capabilities.Ansi ? new LiveDisplay(console) : new LineDisplay(writer);
    }
}
