using System.Text.Json;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>What the host does as a process when it is told to stop.</summary>
public sealed class SignalTests : IDisposable
{
    private const int Endless = 1_000_000; // epochs of a run that only a signal ends, however late it comes
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    [InlineData("wssp")]
    public void An_interrupted_and_resumed_run_ends_as_one_that_was_not(string mode)
    {
        using (var process = HostProcess.Start(Arguments("stopped", mode, Endless)))
        {
            process.WaitForEpoch(2);
            process.Signal("INT");
            var (exitCode, output, error) = process.Finish();
            Assert.Equal((ExitCodes.Interrupted, ""), (exitCode, error));
            Assert.Contains("--resume", output);
        }
        int epoch;
        using (var stopped = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("stopped")))) epoch = stopped.State!.Epoch;
        Assert.True(epoch >= 2, $"stopped after epoch {epoch}");

        // Phase two begins after 0.8 of them: the run was stopped in phase one, and a part of both is left to do.
        var epochs = 5 * epoch / 4 + 10;
        using (var process = HostProcess.Start("train", "--resume", "--out", _folder.At("stopped"), "--epochs", $"{epochs}", "--json"))
        {
            var (exitCode, output, _) = process.Finish();
            Assert.Equal(ExitCodes.Done, exitCode);
            using var json = JsonDocument.Parse(output);
            Assert.Equal(epochs, json.RootElement.GetProperty("epochs").GetInt32());
        }
        Call.Of(Arguments("whole", mode, epochs)).AssertDone();
        AssertSameNetwork("last.safetensors");
        // The last checkpoint of a run with workers also numbers what was handed out, and some of it was handed out twice.
        foreach (var name in mode == "sequential" ? (string[])["last.safetensors", "best.safetensors"] : ["best.safetensors"])
            Assert.Equal(File.ReadAllBytes(_folder.At("whole", "checkpoints", name)), File.ReadAllBytes(_folder.At("stopped",
                "checkpoints", name)));
        var (expected, actual) = (MetricsFile.Read(_folder.At("whole")), MetricsFile.Read(_folder.At("stopped")));
        Assert.Equal(Enumerable.Range(1, epochs), actual.Select(row => row.Epoch));
        Assert.Equal(
            expected.Select(row =>
                (row.Updates, row.Loss, row.TrainScore, row.TestLoss, row.TestScore, row.BestTestScore, row.Pruned, row.Grown)),
            actual.Select(row =>
                (row.Updates, row.Loss, row.TrainScore, row.TestLoss, row.TestScore, row.BestTestScore, row.Pruned, row.Grown)));
    }

    [Fact]
    public void The_system_s_wish_to_end_is_heeded_too()
    {
        using var process = HostProcess.Start(Arguments("run", "wasap", Endless));
        process.WaitForEpoch(1);
        process.Signal("TERM");
        Assert.Equal(ExitCodes.Terminated, process.Finish().ExitCode);
        CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("run"))).Dispose();
    }

    [Fact]
    public void Bad_input_ends_the_process_with_2_and_one_line()
    {
        using var process = HostProcess.Start("train", "--train", _folder.At("absent.csv"));
        var (exitCode, output, error) = process.Finish();
        Assert.Equal((ExitCodes.BadInput, "", 1), (exitCode, output, error.Count(character => character == '\n')));
        Assert.StartsWith("actorsparse: ", error);
    }

    private void AssertSameNetwork(string name)
    {
        using var whole = CheckpointFile.Load(_folder.At("whole", "checkpoints", name));
        using var stopped = CheckpointFile.Load(_folder.At("stopped", "checkpoints", name));
        Assert.Equal(whole.State, stopped.State);
        foreach (var (expected, actual) in whole.Network.Parameters.Sparse.Zip(stopped.Network.Parameters.Sparse))
        {
            Assert.Equal(expected.Topology.Id, actual.Topology.Id);
            Assert.True(expected.Values.Span.SequenceEqual(actual.Values.Span));
            Assert.True(expected.Velocities.Span.SequenceEqual(actual.Velocities.Span));
        }
    }

    // One worker, so that what is asynchronous comes out the same every time.
    private string[] Arguments(string name, string mode, int epochs)
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 2000);
        return ["train", "--train", _folder.At("samples.csv"), "--layers", "2-100-100-2", "--epsilon", "8", "--batch-size", "32",
            "--threads", "1", "--epochs", $"{epochs}", "--seed", "5", "--mode", mode, "--workers", "1", "--phase-two", mode == "sequential" ? "0" : "0.2",
            // What neither rate nor evolution depend on is the number of epochs, which is known only when the first run was stopped.
            "--schedule", "constant", "--rule", "set", "--out", _folder.At(name)];
    }
}
