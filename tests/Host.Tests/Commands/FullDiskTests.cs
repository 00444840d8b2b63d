using System.Globalization;
using System.Text.RegularExpressions;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>
/// What a run does while its folder cannot be written: the folder is moved away under it, and back. tests/cluster/full-disk.sh does the same
/// with a disk that is full.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Endless = 1_000_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    public void Training_goes_on_and_nothing_is_missing_once_there_is_space(string mode)
    {
        using (var process = HostProcess.Start(Arguments("run", mode, Endless)))
        {
            process.WaitForEpoch(2);
            Directory.Move(_folder.At("run"), _folder.At("away"));
            process.WaitFor("was not written: .*; training goes on");
            process.WaitForEpoch(LastEpoch(process) + 3);
            Directory.Move(_folder.At("away"), _folder.At("run"));
            process.WaitFor("^checkpoints are written again");
            process.Signal("INT");
            var (exitCode, output, error) = process.Finish();
            Assert.Equal((ExitCodes.Interrupted, ""), (exitCode, error));
            Assert.Single(output.Split('\n'), line => line.Contains("was not written", StringComparison.Ordinal));
            Assert.Single(output.Split('\n'), line => line.Contains("written again", StringComparison.Ordinal));
        }
        AssertGoesOnExactly(mode);
        Assert.Matches("(?s)started.*CheckpointFailed.*CheckpointsResumed.*interrupted.*resumed", File.ReadAllText(_folder.At("run", "events.log")));
    }

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    public void Only_the_end_needs_space(string mode)
    {
        using (var process = HostProcess.Start(Arguments("run", mode, Endless)))
        {
            // Epochs are told of before they are written; more than three wait for nobody, so that a checkpoint is there by now.
            process.WaitForEpoch(8);
            Directory.Move(_folder.At("run"), _folder.At("away"));
            process.Signal("INT");
            var (exitCode, _, error) = process.Finish();
            Assert.Equal(ExitCodes.Failed, exitCode);
            Assert.Matches("^actorsparse: the last checkpoint could not be written: .*; the one of epoch [0-9]+ is there: .*--resume.*\n$", error);
        }
        Directory.Move(_folder.At("away"), _folder.At("run"));
        AssertGoesOnExactly(mode);
    }

    private static int LastEpoch(HostProcess process) =>
        int.Parse(Regex.Matches(process.Log, "(?m)^epoch +([0-9]+)/").Last().Groups[1].Value, CultureInfo.InvariantCulture);

    // To an end that a run comes to which nothing happened to.
    private void AssertGoesOnExactly(string mode)
    {
        int epoch;
        using (var stopped = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("run")))) epoch = stopped.State!.Epoch;
        var epochs = epoch + 5;
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", $"{epochs}").AssertDone();
        Call.Of(Arguments("whole", mode, epochs)).AssertDone();
        Assert.Equal(
            File.ReadAllBytes(_folder.At("whole", "checkpoints", "best.safetensors")),
            File.ReadAllBytes(_folder.At("run", "checkpoints", "best.safetensors")));
        Assert.Equal(
            MetricsFile.Read(_folder.At("whole")).Select(row => (row.Epoch, row.Updates, row.Loss, row.TestLoss, row.BestTestScore)),
            MetricsFile.Read(_folder.At("run")).Select(row => (row.Epoch, row.Updates, row.Loss, row.TestLoss, row.BestTestScore)));
        Assert.Equal(
            ["epoch", .. Enumerable.Range(1, epochs).Select(number => $"{number}")],
            File.ReadAllLines(_folder.At("run", "metrics.csv")).Select(line => line.Split(',')[0]));
    }

    // One worker, so that what is asynchronous comes out the same every time; phase two needs the number of epochs before.
    private string[] Arguments(string name, string mode, int epochs)
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 2000);
        return ["train", "--train", _folder.At("samples.csv"), "--layers", "2-100-100-2", "--epsilon", "8", "--batch-size", "32",
            "--threads", "1", "--epochs", $"{epochs}", "--seed", "5", "--mode", mode, "--workers", "1", "--phase-two", "0",
            "--schedule", "constant", "--rule", "set", "--out", _folder.At(name)];
    }
}
