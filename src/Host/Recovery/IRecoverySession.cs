namespace ActorSparse.Host.Recovery;

/// <summary>One kind of recovery, with its data read and its options checked.</summary>
internal interface IRecoverySession : IDisposable
{
    /// <summary>What a cell of the report's grids shows, and in which unit.</summary>
    IReadOnlyList<RecoveryMeasure> Measures { get; }

    /// <summary>What else there is to say of the data.</summary>
    IReadOnlyList<(string Name, string Value)> Facts { get; }

    /// <summary>Where algorithms run.</summary>
    RecoveryRunner Runner { get; }

    /// <summary>Recovers; gives each row as it comes.</summary>
    /// <param name="folder">The folder to write to.</param>
    /// <param name="add">Takes a row.</param>
    /// <param name="stop">Ends after the step that is under way.</param>
    void Run(Runs.RunFolder folder, Action<RecoveryRow> add, CancellationToken stop);

    /// <summary>What <see cref="Run"/> did not recover, and why; null for nothing.</summary>
    string? LeftOut => null;

    /// <summary>What the report shows below its grids, as HTML.</summary>
    string Pictures { get; }
}
