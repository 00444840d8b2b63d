using ActorSparse.Host.Progress;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Watching;

/// <summary>
/// Hears of a run what the display and the log hear, and keeps, in bounded memory, what there is to see of it. Whoever trains is never made to
/// wait for whoever looks: for a moment at most, while references are copied.
/// </summary>
internal sealed class RunWatch
{
    private const int EventsMax = 100, RowsMax = 1000, LossesMax = 600;
    private const double SecondsMin = 0.5; // of what a rate or a point of a curve is the mean

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly SpeedMeter _speed = new();
    private readonly ThinnedSeries _losses = new(LossesMax);
    private readonly Queue<(DateTimeOffset, string)> _events = [];
    private readonly Dictionary<RunEvent, long> _eventCounts = [];
    private readonly List<EpochMetrics> _rows;
    private RunView _view;
    private TrainingProgress? _progress;
    private bool _isStale;
    private TrainingProgress? _lossFrom;
    private double _lossAt;
    private (double Seconds, IReadOnlyList<WorkerStatus> Workers)? _workersFrom;

    /// <summary>Begins with the rows of epochs before, which are there if the run is resumed.</summary>
    public RunWatch(string name, Network network, IReadOnlyList<EpochMetrics> rows, int epochs, TimeProvider? clock = null)
    {
        (_clock, _rows) = (clock ?? TimeProvider.System, [.. rows]);
        _began = _clock.GetTimestamp();
        _view = new()
        {
            Name = name, Epochs = epochs, Layers = WatchedLayer.Of(network), Connections = network.ConnectionCounts(), Rows = [.. _rows],
            WorkerRates = new Dictionary<string, double>(), EventCounts = new Dictionary<RunEvent, long>(),
            Pruned = 0, Grown = 0, Losses = [], Events = [],
        };
        Thin();
    }

    /// <summary>What there is to see now.</summary>
    public RunView View()
    {
        lock (_gate)
        {
            if (!_isStale) return _view;
            _isStale = false;
            return _view = _view with
            {
                Progress = _progress,
                Rows = _view.Rows.Count == _rows.Count && _rows.Count > 0 && _view.Rows[^1] == _rows[^1] ? _view.Rows : [.. _rows],
                Losses = _losses.Points, Events = [.. _events], EventCounts = new Dictionary<RunEvent, long>(_eventCounts),
                SamplesPerSecond = _speed.SamplesPerSecond,
            };
        }
    }

    /// <summary>Training is there.</summary>
    public void Hear(TrainingProgress progress)
    {
        lock (_gate)
        {
            var seconds = Seconds;
            _speed.Measure(progress, seconds);
            AddLoss(progress, seconds);
            // Of every batch: the view takes it when somebody looks.
            (_progress, _isStale) = (progress, true);
        }
    }

    /// <summary>The coordinator says where the run stands.</summary>
    public void Hear(RunStatus status)
    {
        lock (_gate)
        {
            Change(_view with { Status = status, Connections = status.Connections });
            if (_workersFrom is { } from && Seconds - from.Seconds < SecondsMin) return;
            var rates = new Dictionary<string, double>();
            foreach (var worker in status.Workers)
            {
                var before = _workersFrom?.Workers.FirstOrDefault(known => known.Name == worker.Name).Samples ?? worker.Samples;
                if (_workersFrom is { } known) rates[worker.Name] = Math.Max(0, worker.Samples - before) / (Seconds - known.Seconds);
            }
            _workersFrom = (Seconds, status.Workers);
            Change(_view with { WorkerRates = rates });
        }
    }

    /// <summary>An epoch has ended. Those after it, of a run that was tried again, do not count any more.</summary>
    public void Hear(EpochMetrics row)
    {
        lock (_gate)
        {
            _rows.RemoveAll(other => other.Epoch >= row.Epoch);
            _rows.Add(row);
            Thin();
            Change(_view with { Connections = row.Connections, Pruned = _view.Pruned + row.Pruned, Grown = _view.Grown + row.Grown });
        }
    }

    /// <summary>A line of the log of events, of a kind if the run knows kinds.</summary>
    public void Hear(RunEvent? kind, string text)
    {
        lock (_gate)
        {
            if (_events.Count == EventsMax) _events.Dequeue();
            _events.Enqueue((_clock.GetLocalNow(), text));
            if (kind is { } known) _eventCounts[known] = _eventCounts.GetValueOrDefault(known) + 1;
            if (kind == RunEvent.Retried) _lossFrom = null;
            Change(_view with
            {
                IsUnwritten = kind switch { RunEvent.CheckpointFailed => true, RunEvent.CheckpointsResumed => false, _ => _view.IsUnwritten },
            });
        }
    }

    private double Seconds => _clock.GetElapsedTime(_began).TotalSeconds;

    private void Change(RunView view)
    {
        _view = view;
        _isStale = true;
    }

    private void AddLoss(TrainingProgress now, double seconds)
    {
        if (_lossFrom is not { } from || now.Epoch != from.Epoch || now.Samples < from.Samples)
        {
            if (_lossFrom is { } before && now.Epoch < before.Epoch) _losses.GoBackTo(now.Epoch - 1);
            (_lossFrom, _lossAt) = (now with { Samples = 0, Loss = 0 }, seconds);
            if (now.Samples == 0) return;
            from = _lossFrom.Value;
        }
        else if (seconds - _lossAt < SecondsMin) return;
        if (now.Samples == from.Samples) return;
        var loss = (now.Loss * now.Samples - from.Loss * from.Samples) / (now.Samples - from.Samples);
        if (double.IsFinite(loss)) _losses.Add(now.Epoch - 1 + (double)now.Batch / Math.Max(1, now.Batches), loss);
        (_lossFrom, _lossAt) = (now, seconds);
    }

    // Of the older ones every second goes: what is near the end stays whole.
    private void Thin()
    {
        if (_rows.Count <= RowsMax) return;
        var older = RowsMax / 2;
        var kept = _rows.Where((_, index) => index >= older || index % 2 == 0).ToList();
        _rows.Clear();
        _rows.AddRange(kept);
    }
}
