using System.Net;
using System.Net.Sockets;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Watching;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Watching;

public sealed class DashboardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_page_its_stream_and_the_metrics_show_the_same_run()
    {
        using var network = Network.Create(new() { LayerSizes = [4, 10, 2], Epsilon = 2 }, new RandomSource(1));
        var watch = new RunWatch("<run>", network, [Row(1)], epochs: 5);
        using var meter = new TrainingMeter(watch);
        Fill(watch);
        using var dashboard = new Dashboard(new(IPAddress.Loopback, 0), "test", watch);

        var page = await _client.GetStringAsync(dashboard.Url);
        foreach (var part in (string[])["&lt;run&gt;", "2 of 5", "0.5432", "worker-7", "2.00", "layer 2", "4x10", "75.00 %", "0.8125", "&lt;b&gt; joined", "<polyline"])
            Assert.Contains(part, page);
        Assert.DoesNotContain("<b> joined", page);

        var metrics = await _client.GetStringAsync(new Uri(dashboard.Url, "metrics"));
        foreach (var part in (string[])["actorsparse_training_loss", "0.5432", "samples=\"test\"", "0.8125", "layer=\"layer 1\"", "worker=\"worker-7\"", "kind=\"WorkerJoined\""])
            Assert.Contains(part, metrics);
        Assert.Equal("Healthy", await _client.GetStringAsync(new Uri(dashboard.Url, "health")));
        watch.Hear(Status(workers: 0));
        Assert.Equal("Degraded", await _client.GetStringAsync(new Uri(dashboard.Url, "health")));

        using var stream = new StreamReader(await _client.GetStreamAsync(new Uri(dashboard.Url, "live")));
        Assert.Equal("event: now", await stream.ReadLineAsync());
        await ReadUntilAsync(stream, "event: events");
        watch.Hear(null, "the end");
        dashboard.Dispose();
        // The last thing that comes is how it ended; then the stream ends, and with it the server.
        await ReadUntilAsync(stream, "the end");
        while (await stream.ReadLineAsync() is not null) { }
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_nobody_up()
    {
        using var network = Network.Create(new() { LayerSizes = [4, 10, 2], Epsilon = 2 }, new RandomSource(1));
        var watch = new RunWatch("run", network, [], epochs: 5);
        using var dashboard = new Dashboard(new(IPAddress.Loopback, 0), "test", watch);
        Assert.Equal("Degraded", await _client.GetStringAsync(new Uri(dashboard.Url, "health"))); // it has not begun
        using var deaf = new TcpClient();
        await deaf.ConnectAsync(IPAddress.Loopback, dashboard.Url.Port);
        await deaf.GetStream().WriteAsync("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        for (var batch = 0; batch < 100_000; batch++) watch.Hear(new TrainingProgress(1, 5, batch, 100_000, 1, 8 * batch));
        Assert.Equal("Healthy", await _client.GetStringAsync(new Uri(dashboard.Url, "health")));
        using var stream = new StreamReader(await _client.GetStreamAsync(new Uri(dashboard.Url, "live")));
        await ReadUntilAsync(stream, "99,999 of 100,000");
    }

    [Fact]
    public void However_long_a_run_is_what_is_kept_of_it_is_bounded()
    {
        using var network = Network.Create(new() { LayerSizes = [4, 10, 2], Epsilon = 2 }, new RandomSource(1));
        var clock = new HandClock();
        var watch = new RunWatch("run", network, [], epochs: 10_000, clock);
        for (var epoch = 1; epoch <= 10_000; epoch++)
        {
            clock.Seconds += 1;
            watch.Hear(new TrainingProgress(epoch, 10_000, 1, 2, 0.5, 8));
            watch.Hear(Row(epoch));
            watch.Hear(null, $"event {epoch}");
        }
        var view = watch.View();
        Assert.InRange(view.Rows.Count, 500, 1000);
        Assert.Equal((10_000, "event 10000"), (view.Rows[^1].Epoch, view.Events[^1].Text));
        Assert.Equal(1, view.Rows[0].Epoch);
        Assert.True(view.Rows.Zip(view.Rows.Skip(1)).All(pair => pair.First.Epoch < pair.Second.Epoch));
        Assert.InRange(view.Losses.Count, 300, 600);
        Assert.Equal(100, view.Events.Count);
        Assert.Equal(10 * 10_000, view.Pruned);
    }

    [Fact]
    public void A_run_that_is_tried_again_loses_the_rows_that_are_made_anew()
    {
        using var network = Network.Create(new() { LayerSizes = [4, 10, 2], Epsilon = 2 }, new RandomSource(1));
        var watch = new RunWatch("run", network, [Row(1), Row(2), Row(3)], epochs: 5);
        watch.Hear(Row(2));
        Assert.Equal([1, 2], watch.View().Rows.Select(row => row.Epoch));
    }

    [Fact]
    public void Rates_of_workers_are_those_between_two_reports()
    {
        using var network = Network.Create(new() { LayerSizes = [4, 10, 2], Epsilon = 2 }, new RandomSource(1));
        var clock = new HandClock();
        var watch = new RunWatch("run", network, [], epochs: 5, clock);
        watch.Hear(Status(workers: 1, samples: 100));
        Assert.Empty(watch.View().WorkerRates);
        clock.Seconds += 2;
        watch.Hear(Status(workers: 1, samples: 300));
        Assert.Equal(100, watch.View().WorkerRates["worker-7"], 1e-6);
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_before_anything_is_written()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var mode in (string[])["sequential", "wasap"])
            Call.Of(Arguments("run", "--mode", mode, "--dashboard", $"{port}")).AssertRefused("--dashboard", $"127.0.0.1:{port}", "free port");
        Assert.False(Directory.Exists(_folder.At("run")));
        Call.Of(Arguments("run", "--dashboard", "web")).AssertRefused("--dashboard", "'web'");
    }

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    public async Task A_run_serves_its_page_while_it_goes_on_and_ends_with_it(string mode)
    {
        using var process = HostProcess.Start(Arguments("run", "--mode", mode, "--workers", "1", "--epochs", "1000000", "--dashboard", "0"));
        process.WaitForEpoch(2);
        var url = new Uri(process.Log.Split('\n').First(line => line.StartsWith("dashboard ", StringComparison.Ordinal))["dashboard ".Length..]);
        var page = await _client.GetStringAsync(url);
        foreach (var part in (string[])["samples/s", "sparsity", "test accuracy", "started"]) Assert.Contains(part, page);
        var metrics = await _client.GetStringAsync(new Uri(url, "metrics"));
        Assert.Contains("actorsparse_training_connections", metrics);
        using var stream = new StreamReader(await _client.GetStreamAsync(new Uri(url, "live")));
        await ReadUntilAsync(stream, "event: events");
        process.Signal("INT");
        await ReadUntilAsync(stream, "interrupted");
        while (await stream.ReadLineAsync() is not null) { }
        Assert.Equal(ExitCodes.Interrupted, process.Finish().ExitCode);
    }

    private static async Task ReadUntilAsync(StreamReader stream, string part)
    {
        while (await stream.ReadLineAsync() is { } line)
            if (line.Contains(part, StringComparison.Ordinal)) return;
        Assert.Fail($"the stream ended without '{part}'");
    }

    private string[] Arguments(string name, params string[] more)
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 400);
        return ["train", "--train", _folder.At("samples.csv"), "--layers", "2-20-2", "--threads", "1", "--out", _folder.At(name), .. more];
    }

    private static void Fill(RunWatch watch)
    {
        watch.Hear(new TrainingProgress(2, 5, 3, 10, 0.5432, 24));
        watch.Hear(Row(2));
        watch.Hear(Status(workers: 1));
        watch.Hear(RunEvent.WorkerJoined, "WorkerJoined: <b> joined");
    }

    private static EpochMetrics Row(int epoch) => new()
    {
        Epoch = epoch, Updates = epoch, Phase = "one", Connections = [10, 20], LivingNeurons = [10], Loss = 0.6, TestLoss = 0.7, TestScore = 0.8125,
        BestTestScore = 0.8125, Pruned = 10, Grown = 10,
    };

    private static RunStatus Status(int workers, long samples = 24) => new()
    {
        Phase = RunPhase.PhaseOne, Epoch = 1, BatchesDone = 3, Loss = 0.5432, Samples = 24, BatchesPerEpoch = 10, ModelVersion = 3, Updates = 3,
        StalenessMean = 1, StalenessMax = 3, Refused = 0, WorkersAlive = workers, WorkersLost = 0, Connections = [10, 20],
        Workers = [new("worker-7", samples, 2, 3, 4)],
    };

    private sealed class HandClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
