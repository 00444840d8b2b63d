using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model.Training;
using Spectre.Console;

namespace ActorSparse.Host.Progress;

/// <summary>A bar at the bottom of a terminal, with the lines of finished epochs above it.</summary>
internal sealed class LiveDisplay(IAnsiConsole console) : ITrainingDisplay
{
    // Of the terminals whose bar is short, of the bar, and of the percentage beside it with the blanks between them.
    private const int NarrowBelow = 120, BarWidth = 24, NarrowBarWidth = 12, PercentageWidth = 7;

    private readonly Stopwatch _clock = new();
    private readonly SpeedMeter _speed = new();
    private ProgressTask? _task;
    private bool _isShort;
    private double _startFraction = double.NaN, _startSeconds;

    private bool IsNarrow => console.Profile.Width < NarrowBelow;

    private int Bar => IsNarrow ? NarrowBarWidth : BarWidth;

    public void While(Action training) =>
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = Bar }, new PercentageColumn())
            .Start(context =>
            {
                _task = context.AddTask("starting", maxValue: 1);
                _clock.Start();
                training();
                _task.StopTask();
            });

    public void Say(string text) => console.Write(new ClearedText(text));

    public void Update(TrainingProgress progress)
    {
        if (_task is null) return;
        var epochFraction = progress.Batches > 0 ? (double)progress.Batch / progress.Batches : 0;
        var fraction = (progress.Epoch - 1 + epochFraction) / progress.Epochs;
        // What it takes until workers are there says nothing of what is left.
        if (double.IsNaN(_startFraction) || fraction == _startFraction) (_startFraction, _startSeconds) = (fraction, _clock.Elapsed.TotalSeconds);
        _speed.Measure(progress, _clock.Elapsed.TotalSeconds);
        _task.Value = fraction;
        var begin = string.Create(CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.Epochs} {epochFraction,4:P0}  loss {progress.Loss:0.0000}  ");
        if (_speed.SamplesPerSecond is { } speed)
            begin += string.Create(CultureInfo.InvariantCulture, $"{speed:N0}{(IsNarrow ? "/s" : " samples/s")}  ");
        var left = TimeLeft(fraction);
        // A bar of several lines would leave some of them behind.
        var detail = begin.Length + progress.Detail.Length + left.Length + Bar + PercentageWidth <= console.Profile.Width ? progress.Detail : "";
        _task.Description = Markup.Escape(begin + detail + left);
    }

    public void EndEpoch(EpochMetrics row, int epochs)
    {
        var line = EpochLine.Format(row, epochs);
        // Short ones stay short, or numbers that grow would make them change to and fro.
        _isShort |= line.Length > console.Profile.Width;
        Say(_isShort ? EpochLine.FormatShort(row, epochs) : line);
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
