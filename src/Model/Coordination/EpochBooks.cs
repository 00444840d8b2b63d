using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Coordination;

/// <summary>What has been counted of epochs that are not over.</summary>
public sealed class EpochBooks
{
    private readonly TimeProvider _clock;
    private readonly Dictionary<int, TrainingTally> _tallies;
    private readonly Dictionary<int, EvolutionSummary> _evolutions;
    private double _evolveSeconds;
    private long _began;

    /// <summary>Goes on from what <paramref name="state"/> holds.</summary>
    public EpochBooks(RunState state, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _tallies = new(state.Tallies);
        _evolutions = new(state.Evolutions);
        _began = clock.GetTimestamp();
    }

    /// <summary>Sums over batches.</summary>
    public IReadOnlyDictionary<int, TrainingTally> Tallies => _tallies;

    /// <summary>What evolutions within epochs did.</summary>
    public IReadOnlyDictionary<int, EvolutionSummary> Evolutions => _evolutions;

    /// <summary>The first epoch begins now.</summary>
    public void Start() => _began = _clock.GetTimestamp();

    /// <summary>Sums over the batches so far.</summary>
    public TrainingTally TallyOf(int epoch) => _tallies.GetValueOrDefault(epoch);

    /// <summary>Counts batches.</summary>
    public void Add(int epoch, TrainingTally tally) => _tallies[epoch] = TallyOf(epoch).Plus(tally);

    /// <summary>Counts an evolution within the epoch, and how long it took to compute.</summary>
    public void Add(int epoch, EvolutionSummary evolution, double seconds = 0)
    {
        _evolutions[epoch] = _evolutions.GetValueOrDefault(epoch) + evolution;
        _evolveSeconds += seconds;
    }

    /// <summary>Closes the books of an epoch that is over now: its sums, evolutions, and seconds since the one before.</summary>
    public (TrainingTally Tally, EvolutionSummary Evolution, double Seconds, double EvolveSeconds) Close(int epoch)
    {
        _tallies.Remove(epoch, out var tally);
        _evolutions.Remove(epoch, out var evolution);
        var now = _clock.GetTimestamp();
        var closed = (tally, evolution, _clock.GetElapsedTime(_began, now).TotalSeconds, _evolveSeconds);
        (_began, _evolveSeconds) = (now, 0);
        return closed;
    }
}
