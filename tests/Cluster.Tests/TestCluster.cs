using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit.Sdk;

namespace ActorSparse.Cluster.Tests;

/// <summary>The nodes of a test, each a process of the built host on loopback, and the run that they train.</summary>
internal sealed class TestCluster : IDisposable
{
    private const int Samples = 2_400; // in two parts of 40 batches
    private const int BatchSize = 30;

    private const string Residual = """
        {"input": "1x4x4", "nodes": [
          {"operator": "convolution", "channels": 4, "bias": false}, {"operator": "batch-norm"}, {"name": "stem", "operator": "relu"},
          {"name": "branch", "operator": "convolution", "channels": 4}, {"operator": "add", "inputs": ["branch", "stem"]},
          {"operator": "relu"}, {"operator": "flatten"}, {"operator": "linear", "outputs": 3}]}
        """;

    private readonly List<(string Name, HostProcess Process)> _nodes = [];
    private readonly string _table;

    private TestCluster() => _table = Folder.WriteSamples("samples.csv", Samples);

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Where the coordinator listens, unless it is told otherwise.</summary>
    public int Port { get; } = FreePort();

    /// <summary>What nodes find in their environment.</summary>
    // Of the few seconds of a node most go into compiling: quickly then.
    public Dictionary<string, string> Environment { get; } = new() { ["DOTNET_TC_QuickJit"] = "1", ["DOTNET_TieredPGO"] = "0" };

    /// <summary>events.log of the run, if there is one, once its coordinator has ended: it holds the lock.</summary>
    public string Events => EventsOf("run");

    /// <summary>The same of the run in a folder of that name.</summary>
    public string EventsOf(string name) => Folder.At(name, "events.log") is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    /// <summary>A row for each epoch that the run has finished.</summary>
    public List<JsonElement> Metrics => MetricsOf("run");

    /// <summary>The same of the run in a folder of that name.</summary>
    public List<JsonElement> MetricsOf(string name) =>
        [.. File.ReadLines(Folder.At(name, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Runs a test. All nodes end with it, and what they said is told if it fails.</summary>
    public static void Run(Action<TestCluster> test)
    {
        using var cluster = new TestCluster();
        try
        {
            test(cluster);
        }
        catch (Exception error)
        {
            foreach (var (_, process) in cluster._nodes) process.Dispose();
            var logs = cluster._nodes.Select(node => $"--- {node.Name}\n{node.Process.Log}").Append($"--- events.log\n{cluster.Events}");
            throw new XunitException($"{error.Message}\n{string.Concat(logs)}", error);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A coordinator that begins with two workers, whose second half of epochs is phase two; options come over that.</summary>
    public HostProcess Coordinator(int epochs, params string[] options) => Coordinator(
        ["--train", _table, "--test", _table, "--layers", "2-30-30-2", "--epsilon", "8"], epochs, options);

    /// <summary>The same for a residual network with convolutions and a norm, and images of which some are for the test alone.</summary>
    public HostProcess ImageCoordinator(int epochs, params string[] options) => Coordinator(ImageOptions(), epochs, options);

    /// <summary>The same training by two workers of one process, in a run folder of that name.</summary>
    public HostProcess TrainImages(string name, int epochs, params string[] options) => Add("train", HostProcess.Start(
        "actorsparse", Environment, ["train", .. ImageOptions(), .. Training(epochs), "--out", Folder.At(name), .. options]));

    /// <summary>A recovery into a folder of that name, by threads of one process.</summary>
    public HostProcess Recover(string kind, string name, params string[] options) => Add("recover", HostProcess.Start(
        "actorsparse", Environment, ["recover", kind, "--out", Folder.At(name), "--threads", "1", .. options]));

    /// <summary>The same by workers of other nodes, which begins when there are so many.</summary>
    public HostProcess RecoveryCoordinator(string kind, string name, int minWorkers, params string[] options) =>
        Recover(kind, name, ["--cluster", "--min-workers", $"{minWorkers}", "--port", $"{Port}", .. options]);

    /// <summary>The table of a recovery in that folder, without how long each took.</summary>
    public string[] RowsOf(string name) =>
        [.. File.ReadLines(Folder.At(name, "recovery.csv")).Select(row => row[..row.LastIndexOf(',')])];

    /// <summary>Reads the checkpoint of the run and says what it makes of the test samples.</summary>
    public HostProcess Evaluate() => Add("evaluate", HostProcess.Start("actorsparse", Environment, "evaluate", Folder.At("run")));

    public HostProcess Worker(params string[] options) =>
        Start("worker", ["--threads", "1", "--join", $"127.0.0.1:{Port}"], options);

    public HostProcess Status(params string[] options) => Start("status", [], options);

    /// <summary>Sends bad frames and messages to the node at a port of this machine, and to its actors at those paths.</summary>
    public HostProcess Hostile(int port, string paths, int count) =>
        Add("hostile", HostProcess.Start("hostile", Environment, $"127.0.0.1:{port}", paths, $"{count}", "7"));

    /// <summary>Those nodes end with 0, and the run has each epoch once and in it every batch of every epoch.</summary>
    public void AssertExact(int epochs, params HostProcess[] nodes)
    {
        AssertEnd(0, nodes);
        var rows = Metrics;
        Assert.Equal(Enumerable.Range(1, epochs), rows.Select(row => row.GetProperty("epoch").GetInt32()));
        Assert.Equal(epochs * (Samples / BatchSize), rows[^1].GetProperty("updates").GetInt32());
        Assert.True(rows.Sum(row => row.GetProperty("bytes_sent").GetInt64()) > 0, "no row tells of bytes");
    }

    public static void AssertEnd(int exitCode, params HostProcess[] processes) =>
        Assert.All(processes, process => Assert.Equal(exitCode, process.Finish().ExitCode));

    public void Dispose()
    {
        foreach (var (_, process) in _nodes) process.Dispose();
        Folder.Dispose();
    }

    private static string[] Training(int epochs) =>
        ["--batch-size", $"{BatchSize}", "--workers", "2", "--threads", "1", "--seed", "5", "--epochs", $"{epochs}", "--phase-two", "0.5"];

    private string[] ImageOptions() =>
        ["--train", Folder.WriteBars("bars.csv", Samples, seed: 1), "--test", Folder.WriteBars("test.csv", Samples / 4, seed: 2),
        "--network", Folder.Write("network.json", Residual), "--sparsity", "0.5"];

    private HostProcess Coordinator(string[] network, int epochs, string[] options) => Start(
        "coordinator", [.. network, .. Training(epochs), "--min-workers", "2", "--port", $"{Port}", "--out", Folder.At("run")], options);

    private HostProcess Start(string role, string[] defaults, string[] options)
    {
        var rest = defaults.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair);
        return Add(role, HostProcess.Start("actorsparse", Environment, ["cluster", role, .. rest, .. options]));
    }

    private HostProcess Add(string name, HostProcess process)
    {
        _nodes.Add(($"{name} {_nodes.Count + 1}", process));
        return process;
    }
}
