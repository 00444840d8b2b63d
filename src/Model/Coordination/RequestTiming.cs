namespace ActorSparse.Model.Coordination;

/// <summary>
/// When a worker asks for its next batches: so early that they are there when it needs them, by what the last ones took, and no earlier, so
/// that their parameters are young.
/// </summary>
internal sealed class RequestTiming
{
    // Answers come late now and then; a worker that waits costs more than parameters that are a little older.
    private const double Margin = 1.5;

    private TimeSpan? _roundTrip;
    private TimeSpan _askedAt;

    /// <summary>It asks now.</summary>
    public void Ask(TimeSpan now) => _askedAt = now;

    /// <summary>The answer is here, or was when it next looked.</summary>
    public void Answer(TimeSpan now) => _roundTrip = now - _askedAt;

    /// <summary>
    /// Whether it is time, with <paramref name="left"/> batches to go that take <paramref name="batch"/> each: at once while it is not known
    /// how long an answer takes, at the latest with the last batch.
    /// </summary>
    public bool IsDue(int left, TimeSpan batch) => left <= 1 || _roundTrip is not { } wait || (left - 1) * batch <= Margin * wait;
}
