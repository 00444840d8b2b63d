using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorSparse.Tests.Support;

/// <summary>The built host, or another program beside it, as a process of its own; ended at the latest with the test.</summary>
internal sealed class HostProcess : IDisposable
{
    private const string Program = "actorsparse";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly List<string> _lines = []; // of both streams as they came, and the lock of all below
    private readonly List<string> _output = [];
    private readonly List<string> _error = [];
    private int _openStreams = 2;
    private bool _isDisposed;

    private HostProcess(ProcessStartInfo start)
    {
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data, _output);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, _error);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static HostProcess Start(params string[] arguments) => Start(Program, new Dictionary<string, string>(), arguments);

    /// <summary>Starts PROGRAM.dll with so many variables more.</summary>
    public static HostProcess Start(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        // A shell that starts the tests in the background lets them ignore Ctrl-C, and what they start would inherit that.
        if (OperatingSystem.IsLinux()) start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add("dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{program}.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ACTORSPARSE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(start);
    }

    /// <summary>All that it has said, on both streams.</summary>
    public string Log
    {
        get { lock (_lines) return Text(_lines); }
    }

    public bool HasSaid(string pattern)
    {
        lock (_lines) return _lines.Any(line => Regex.IsMatch(line, pattern));
    }

    /// <summary>Waits for lines of those patterns on either stream, one after the other, from the first line on.</summary>
    public void WaitFor(params string[] patterns)
    {
        lock (_lines) WaitUntil(() => HasSaidInTurn(patterns), $"saying '{string.Join("', then '", patterns)}'");
    }

    /// <summary>Waits for the line that reports epoch <paramref name="epoch"/>, counted from 1.</summary>
    public void WaitForEpoch(int epoch) => WaitFor($"^epoch +{epoch}/");

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until it ends by itself.</summary>
    public (int ExitCode, string Output, string Error) Finish()
    {
        lock (_lines) WaitUntil(() => _openStreams == 0, "ending");
        _process.WaitForExit();
        return (_process.ExitCode, Text(_output), Text(_error));
    }

    /// <summary>As kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private bool HasSaidInTurn(string[] patterns)
    {
        var found = 0;
        foreach (var line in _lines)
            if (found < patterns.Length && Regex.IsMatch(line, patterns[found])) found++;
        return found == patterns.Length;
    }

    private static string Text(List<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private void Take(string? line, List<string> stream)
    {
        lock (_lines)
        {
            if (line is null) _openStreams--;
            else
            {
                _lines.Add(line);
                stream.Add(line);
            }
            Monitor.PulseAll(_lines);
        }
    }

    private void WaitUntil(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (_openStreams == 0) Assert.Fail($"the process ended without {what}:\n{Log}");
            var rest = s_patience - Stopwatch.GetElapsedTime(began);
            if (rest <= TimeSpan.Zero || !Monitor.Wait(_lines, rest)) Assert.Fail($"the process went on for {s_patience} without {what}");
        }
    }
}
