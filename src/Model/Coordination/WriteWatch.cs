namespace ActorSparse.Model.Coordination;

/// <summary>Watches whether checkpoints are written: there is something to tell when that begins to fail, and when it works again.</summary>
internal sealed class WriteWatch
{
    private bool _isFailing;

    /// <summary>Hears of a checkpoint, which was written or was not; returns what there is to tell, null if nothing.</summary>
    /// <param name="error">Why it was not; null if it was.</param>
    public (RunEvent Kind, string Text)? Hear(string? error)
    {
        if (error is not null == _isFailing) return null;
        _isFailing = error is not null;
        return _isFailing
            ? (RunEvent.CheckpointFailed, $"{error}; training goes on, and each of the next ones is tried")
            : (RunEvent.CheckpointsResumed, "checkpoints are written again, with the rows that were missing");
    }
}
