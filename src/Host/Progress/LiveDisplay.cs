using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model.Training;
using Spectre.Console;

namespace ActorSparse.Host.Progress;

/// <summary>A bar at the bottom of a terminal, with the lines of finished epochs above it.</summary>
internal sealed class LiveDisplay(IAnsiConsole console) : ITrainingDisplay
{
    private readonly Stopwatch _clock = new();
    private ProgressTask? _task;
    private double _startFraction = double.NaN, _startSeconds;
    private long _lastSamples;
    private double _lastSeconds, _speed;

    public void While(Action training) =>
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn())
            .Start(context =>
            {
                _task = context.AddTask("starting", maxValue: 1);
                _clock.Start();
                training();
                _task.StopTask();
            });

    // Plain text: brackets in a path are no markup, and lines are not wrapped.
    public void Say(string text) => console.Write(new Text(text + "\n") { Overflow = Overflow.Fold });

    public void Update(TrainingProgress progress)
    {
        if (_task is null) return;
        var epochFraction = progress.Batches > 0 ? (double)progress.Batch / progress.Batches : 0;
        var fraction = (progress.Epoch - 1 + epochFraction) / progress.Epochs;
        // What it takes until workers are there says nothing of what is left.
        if (double.IsNaN(_startFraction) || fraction == _startFraction) (_startFraction, _startSeconds) = (fraction, _clock.Elapsed.TotalSeconds);
        MeasureSpeed(progress.Samples);
        _task.Value = fraction;
        _task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.Epochs} {epochFraction,4:P0}  loss {progress.Loss:0.0000}  {_speed:N0} samples/s  " +
                $"{progress.Detail}{TimeLeft(fraction)}"));
    }

    public void EndEpoch(EpochMetrics row, int epochs)
    {
        _lastSamples = 0;
        _lastSeconds = _clock.Elapsed.TotalSeconds;
        Say(EpochLine.Format(row, epochs));
    }

    private void MeasureSpeed(long samples)
    {
        var seconds = _clock.Elapsed.TotalSeconds;
        if (samples < _lastSamples) (_lastSamples, _lastSeconds) = (0, seconds);
        if (seconds - _lastSeconds < 0.25) return;
        _speed = (samples - _lastSamples) / (seconds - _lastSeconds);
        (_lastSamples, _lastSeconds) = (samples, seconds);
    }

    private string TimeLeft(double fraction)
    {
        var done = fraction - _startFraction;
        var seconds = _clock.Elapsed.TotalSeconds - _startSeconds;
        if (done <= 0 || seconds < 1) return "--:-- left";
        var left = TimeSpan.FromSeconds(seconds * (1 - fraction) / done);
        return left.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left:mm\\:ss} left")
            : string.Create(CultureInfo.InvariantCulture, $"{left:m\\:ss} left");
    }
}
