using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Coordination;

/// <summary>What has been counted of epochs that are not over.</summary>
internal sealed class EpochBooks
{
    private readonly TimeProvider _clock;
    private readonly Dictionary<int, TrainingTally> _tallies;
    private readonly Dictionary<int, EvolutionSummary> _evolutions;
    private double _seconds, _evolveSeconds;
    private long? _since; // when time began to count; null while it does not

    /// <summary>Goes on from what <paramref name="state"/> holds.</summary>
    public EpochBooks(RunState state, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _tallies = new(state.Tallies);
        _evolutions = new(state.Evolutions);
    }

    /// <summary>Sums over batches.</summary>
    public IReadOnlyDictionary<int, TrainingTally> Tallies => _tallies;

    /// <summary>What evolutions within epochs did.</summary>
    public IReadOnlyDictionary<int, EvolutionSummary> Evolutions => _evolutions;

    /// <summary>Time counts from now on, as there is somebody who trains, or it does not: waiting for workers is not training.</summary>
    public void CountTime(bool isTraining)
    {
        if (isTraining == _since is not null) return;
        if (isTraining)
        {
            _since = _clock.GetTimestamp();
            return;
        }
        _seconds += _clock.GetElapsedTime(_since!.Value).TotalSeconds;
        _since = null;
    }

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

    /// <summary>Closes the books of an epoch that is over now: its sums, evolutions, and seconds of training since the one before.</summary>
    public (TrainingTally Tally, EvolutionSummary Evolution, double Seconds, double EvolveSeconds) Close(int epoch)
    {
        _tallies.Remove(epoch, out var tally);
        _evolutions.Remove(epoch, out var evolution);
        var isTraining = _since is not null;
        CountTime(false);
        CountTime(isTraining);
        var closed = (tally, evolution, _seconds, _evolveSeconds);
        (_seconds, _evolveSeconds) = (0, 0);
        return closed;
    }
}
