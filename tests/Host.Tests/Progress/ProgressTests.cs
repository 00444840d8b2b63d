using ActorSparse.Host.Progress;
using ActorSparse.Host.Tests.Runs;
using ActorSparse.Model.Training;
using Spectre.Console;
using LiveDisplay = ActorSparse.Host.Progress.LiveDisplay;

namespace ActorSparse.Host.Tests.Progress;

public sealed class ProgressTests
{
    private const string EraseLine = "\u001b[K";

    [Fact]
    public void A_short_line_fits_into_80_columns_and_says_what_was_measured()
    {
        foreach (var kind in ScoreKind.All)
        foreach (var role in Enum.GetValues<EvaluationRole>())
        {
            var row = MetricsFileTests.Row(99) with { ScoreKind = kind, EvaluatedOn = role, SamplesPerSecond = 123_456, TrainSeconds = 12.3 };
            var line = EpochLine.FormatShort(row, 100);
            Assert.True(line.Length <= 80, $"{line.Length}: {line}");
            Assert.Contains($"  {role.Name()} {kind.Format(0.5)} (best {kind.Format(0.5)})  123,456/s  12.3 s", line);
        }
        Assert.Equal("epoch 1/3  loss 0.1000  1,000/s  0.0 s", EpochLine.FormatShort(MetricsFileTests.Row(1) with { TestScore = null }, 3));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(130)]
    [InlineData(170)]
    public void Every_line_above_a_bar_takes_away_what_was_there(int width)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        var display = new LiveDisplay(console);
        display.Say("/tmp/[x] " + new string('y', 2 * width));
        display.EndEpoch(MetricsFileTests.Row(1) with { WorkersAlive = 2 }, 3);
        display.EndEpoch(MetricsFileTests.Row(2) with { WorkersAlive = null }, 3);
        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.StartsWith(EraseLine, line));
        var text = lines.Select(line => line.Replace(EraseLine, "", StringComparison.Ordinal)).ToList();
        Assert.All(text, line => Assert.InRange(line.Length, 1, width));
        Assert.Contains("/tmp/[x]", text[0]);
        // The second line is shorter: it would have fitted into 130 columns.
        Assert.Equal(width >= 160 ? 2 : 0, text.Count(line => line.Contains("connections", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(200, true)]
    public void A_bar_is_one_line_whatever_there_is_to_say(int width, bool hasRoom)
    {
        const string Bar = "epoch 2/3 25 %  loss 0.5000";
        using var output = new AwaitedWriter(Bar);
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        var display = new LiveDisplay(console);
        display.While(() =>
        {
            display.Update(new(2, 3, 10, 40, 0.5, 1280, new string('d', 100) + "  "));
            output.Await();
        });
        var bars = output.ToString().Split('\n').Where(line => line.Contains(Bar, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(bars);
        Assert.All(bars, bar => Assert.Contains("41%", bar));
        Assert.DoesNotContain("0 samples/s", output.ToString());
        Assert.Equal(hasRoom, output.ToString().Contains("ddd", StringComparison.Ordinal));
    }

    [Fact]
    public void A_speed_is_known_once_something_was_trained_and_goes_on_over_the_ends_of_epochs()
    {
        var meter = new SpeedMeter();
        meter.Measure(At(1, 10), 1);
        Assert.Null(meter.SamplesPerSecond);
        meter.Measure(At(1, 20), 1.125); // too soon
        Assert.Null(meter.SamplesPerSecond);
        meter.Measure(At(2, 10), 2); // 100 batches of 32 are an epoch
        Assert.Equal(3200, meter.SamplesPerSecond);
        meter.Measure(At(2, 10), 3); // nothing: workers may be waited for
        Assert.Equal(3200, meter.SamplesPerSecond);
        meter.Measure(At(2, 60), 4);
        Assert.Equal(800, meter.SamplesPerSecond);
        meter.Measure(At(1, 0), 5); // tried again
        meter.Measure(At(1, 50), 6);
        Assert.Equal(1600, meter.SamplesPerSecond);

        static TrainingProgress At(int epoch, int batch) => new(epoch, 3, batch, 100, 1, batch * 32);
    }

    /// <summary>Bars are drawn by a thread of their own: lets others wait until a text is there.</summary>
    private sealed class AwaitedWriter(string text) : StringWriter
    {
        private readonly ManualResetEventSlim _isThere = new();

        public void Await() => Assert.True(_isThere.Wait(TimeSpan.FromMinutes(1)), ToString());

        public override void Write(char value)
        {
            base.Write(value);
            Look();
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Look();
        }

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            Look();
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            base.Write(buffer);
            Look();
        }

        private void Look()
        {
            if (ToString().Contains(text, StringComparison.Ordinal)) _isThere.Set();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _isThere.Dispose();
            base.Dispose(disposing);
        }
    }
}
