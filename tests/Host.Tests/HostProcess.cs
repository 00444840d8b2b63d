using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorSparse.Host.Tests;

/// <summary>The built host as a process of its own, for what only a process has: signals, exit codes, streams.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);
    private readonly Process _process;
    private readonly Task<string> _error;

    private HostProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static HostProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        // A shell that starts the tests in the background lets them ignore Ctrl-C, and what they start would inherit that.
        if (OperatingSystem.IsLinux()) start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "actorsparse.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ACTORSPARSE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return new(Process.Start(start)!);
    }

    /// <summary>Reads standard output up to the line that reports epoch <paramref name="epoch"/>, counted from 1.</summary>
    public void WaitForEpoch(int epoch)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (WithPatience(_process.StandardOutput.ReadLineAsync(deadline.Token).AsTask()) is { } line)
            if (Regex.IsMatch(line, $"^epoch +{epoch}/")) return;
        Assert.Fail($"the host ended before epoch {epoch} did: {_error.Result}");
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public (int ExitCode, string Output, string Error) Finish()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        var output = WithPatience(_process.StandardOutput.ReadToEndAsync(deadline.Token));
        Assert.True(_process.WaitForExit(s_patience), "the host did not end");
        return (_process.ExitCode, output, _error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static T WithPatience<T>(Task<T> reading)
    {
        try
        {
            return reading.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the host went on for {s_patience} without what was waited for");
        }
    }
}
