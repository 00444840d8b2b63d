using System.Runtime.InteropServices;

namespace ActorSparse.Host.Runs;

/// <summary>
/// Ctrl-C and the wish of the system to end the process. The first one asks the run to save a checkpoint and stop; a second one ends the
/// process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    /// <summary>Listens from now on.</summary>
    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, ExitCodes.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, ExitCodes.Terminated)),
    ];

    /// <summary>Cancelled when the run is to stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code that the signal asks for; 0 while there was none.</summary>
    public int ExitCode => _exitCode;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) != 0)
        {
            if (!Console.IsOutputRedirected) ShowCursor();
            Environment.Exit(exitCode);
        }
        _stop.Cancel();
    }

    // A live display hides it. On Unix Console.CursorVisible asks the terminal, which may be busy.
    private static void ShowCursor()
    {
        if (OperatingSystem.IsWindows()) Console.CursorVisible = true;
        else Console.Write("\e[?25h");
    }
}
