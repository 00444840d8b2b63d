using System.Net;
using System.Net.Sockets;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>A start that fails, for whatever reason, leaves a run that was there as it was, to the byte, and else nothing.</summary>
public sealed class FailedStartTests : IDisposable
{
    private const string Foreign = "203.0.113.1"; // of a net that is for documentation only: no machine has it

    private readonly TemporaryFolder _folder = new();

    public FailedStartTests()
    {
        _folder.WriteSamples("samples.csv", 100);
        Call.Of(Train("old", "--epochs", "2")).AssertDone();
        // Whatever else there is, also what the start of a run would take away.
        _folder.Write("old/notes.txt", "mine");
        _folder.Write("old/checkpoints/last.safetensors.17.tmp", "half");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_address_of_another_machine() => AssertRefused(Coordinator("--host", Foreign), "cannot listen at " + Foreign);

    [Fact]
    public void A_port_that_another_program_uses()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        AssertRefused(Coordinator("--port", $"{((IPEndPoint)other.LocalEndpoint).Port}"), "cannot listen at");
    }

    [Theory]
    [InlineData("actorsparse.protocol.answer-timeout = never", "answer-timeout")]
    [InlineData("actorsparse.cluster.chunk-size = 1GiB", "chunk-size")]
    public void Settings_of_Akka_that_mean_nothing(string settings, string expected) =>
        AssertRefused(Coordinator("--port", "0", "--akka-config", _folder.Write("akka.conf", settings)), expected);

    [Theory]
    [InlineData("--train", "absent.csv", "absent.csv")]
    [InlineData("--layers", "3-5-2", "2 features")]
    [InlineData("--layers", "2-5-1", "softmax")]
    [InlineData("--class-weights", "1,2,3", "class")]
    [InlineData("--rounds", "3", "3 rounds")]
    [InlineData("--test", "absent.csv", "absent.csv")]
    public void Data_or_options_that_do_not_go_together(string option, string value, string expected)
    {
        AssertRefused(With(Train("NAME", "--epochs", "2", "--phase-two", "0.5", "--mode", "wasap"), option, value), expected);
        AssertRefused(With(Coordinator("--epochs", "2", "--phase-two", "0.5"), option, value), expected);
    }

    [Theory]
    [InlineData("--layers", "3-5-2", "2 features")]
    [InlineData("--class-weights", "1,2,3", "class")]
    [InlineData("--train", "absent.csv", "absent.csv")]
    public void Networks_that_cannot_be_compared(string option, string value, string expected) =>
        AssertRefused(
            With(["compare", "--train", _folder.At("samples.csv"), "--layers", "2-12-8-2", "--epochs", "1", "--out", "NAME"], option, value),
            expected);

    [Fact]
    public void More_workers_than_there_are_batches_train_as_many_as_there_are() =>
        Call.Of(Train("new", "--epochs", "1", "--mode", "wasap", "--workers", "1000")).AssertDone();

    [Fact]
    public void A_run_that_cannot_be_resumed_here()
    {
        Call.Of(["cluster", "coordinator", .. Options("cluster"), "--port", "0", "--host", Foreign]).AssertRefused(Foreign);
        // As left by a coordinator that was stopped.
        Call.Of(Train("cluster", "--epochs", "2", "--mode", "wasap", "--workers", "1")).AssertDone();
        AssertUnchanged(_folder.At("cluster"), () => Call.Of(
            "cluster", "coordinator", "--resume", "--epochs", "9", "--out", _folder.At("cluster"), "--host", Foreign).AssertRefused(Foreign));
        AssertUnchanged(_folder.At("old"), () => Call.Of(
            "train", "--resume", "--epochs", "9", "--layers", "2-4-2", "--out", _folder.At("old")).AssertRefused("layers"));
    }

    [Fact]
    public void Accounts_of_a_run_that_are_damaged()
    {
        Call.Of(Train("run", "--epochs", "1", "--mode", "wasap", "--workers", "1")).AssertDone();
        var path = RunFolder.LastCheckpointOf(_folder.At("run"));
        using (var last = CheckpointFile.Load(path)) CheckpointFile.Save(path, last with { Coordination = "{}" });
        AssertUnchanged(_folder.At("run"), () => Call.Of(
            "train", "--resume", "--epochs", "9", "--out", _folder.At("run")).AssertRefused("accounts of the run"));
    }

    // The first of the list begins the cluster by itself, and it is its turn at once.
    [Fact]
    public void A_coordinator_that_stands_by_whose_data_are_not_there()
    {
        foreach (var name in (string[])["old", "new"])
        {
            // Nobody listens at the others, and no free port is one of them.
            int[] ports = [FreePort(), 1, 2];
            string[] call =
            [
                "cluster", "coordinator", .. Options(name), "--port", $"{ports[0]}", "--join",
                string.Join(',', ports.Select(port => $"127.0.0.1:{port}")),
            ];
            // The run that is there would be continued, and has no workers.
            var expected = name == "old" ? "the mode is sequential" : "absent.csv";
            if (name == "new") call = With(call, "--train", "absent.csv");
            AssertUnchanged(_folder.Root, () =>
            {
                var outcome = Call.Of(call);
                Assert.Equal((ExitCodes.BadInput, ""), (outcome.ExitCode, outcome.Output));
                Assert.Contains(expected, outcome.Error);
            });
        }
    }

    // With --force over the run that is there, and where nothing is.
    private void AssertRefused(string[] call, string expected)
    {
        AssertUnchanged(_folder.Root, () => Call.Of([.. Named("old"), "--force"]).AssertRefused(expected));
        AssertUnchanged(_folder.Root, () => Call.Of(Named("new")).AssertRefused(expected));

        string[] Named(string name) => [.. call.Select(argument => argument is "NAME" ? _folder.At(name) : argument)];
    }

    private static void AssertUnchanged(string folder, Action start)
    {
        var before = Content(folder);
        start();
        Assert.Equal(before, Content(folder));
    }

    private static SortedDictionary<string, string> Content(string folder) => new(
        Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).ToDictionary(
            path => path, path => File.Exists(path) ? Convert.ToHexString(File.ReadAllBytes(path)) : "a folder"),
        StringComparer.Ordinal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string[] Coordinator(params string[] more) => ["cluster", "coordinator", .. Options("NAME"), .. more];

    private string[] Train(string name, params string[] more) =>
        ["train", .. Options(name), .. more.Contains("--mode") ? (string[])[] : ["--mode", "sequential"], .. more];

    private string[] Options(string name) =>
        ["--train", _folder.At("samples.csv"), "--layers", "2-12-8-2", "--epsilon", "2", "--batch-size", "16", "--threads", "1",
        "--learning-rate", "0.1", "--dropout", "0", "--seed", "3", "--out", name == "NAME" ? name : _folder.At(name)];

    private static string[] With(string[] call, string option, string value)
    {
        var index = Array.IndexOf(call, option);
        return index < 0 ? [.. call, option, value] : [.. call[..(index + 1)], value, .. call[(index + 2)..]];
    }
}
