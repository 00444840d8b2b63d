namespace ActorSparse.Host;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>Training failed: the numbers diverged.</summary>
    public const int Failed = 1;

    /// <summary>Something that was given cannot be used; one line on standard error says what.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>The system ended the process: 128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
