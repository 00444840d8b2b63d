using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ActorSparse.Host.Prediction;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Tests.Prediction;

/// <summary>The server of predictions over real sockets, against what predict writes for the same samples.</summary>
public sealed class PredictionServerTests : IAsyncLifetime, IDisposable
{
    private const string Json = "application/json", Csv = "text/csv";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly StringWriter _errors = new();
    private readonly NetworkCompute _compute = new();
    private Checkpoint? _checkpoint;
    private PredictionServer? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Assert.Equal("", _errors.ToString());
    }

    public void Dispose()
    {
        _checkpoint?.Dispose();
        _compute.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rows_get_the_answers_of_predict_however_they_are_written_and_put_together()
    {
        string[] colours = ["red", "green", "blue"];
        string Colour(int row) => row % 9 == 0 ? "" : colours[row % 3];
        string X(int row) => row % 7 == 0 ? "" : FormattableString.Invariant($"{row * 0.37 - 3}");
        var rows = Enumerable.Range(0, 300).ToList();
        var table = _folder.Write("t.csv", "id,colour,x,class\n" + string.Concat(rows.Select(row => $"r{row},{Colour(row)},{X(row)},{(row < 150 ? "b" : "a")}\n")));
        Train(table, "--ignore", "id", "--missing", "median", "--layers", "4-20-2");
        Serve();

        string Value(string text, bool isText) => text.Length == 0 ? "null" : isText ? $"\"{text}\"" : text;
        var objects = "[" + string.Join(',', rows.Select(row => $$"""{"x":{{Value(X(row), false)}},"colour":{{Value(Colour(row), true)}},"id":[1]}""")) + "]";
        var arrays = "[" + string.Join(',', rows.Select(row => $"[{Value(Colour(row), true)},{Value(X(row), false)}]")) + "]";
        var reordered = "x,colour\n" + string.Concat(rows.Select(row => $"{X(row)},{Colour(row)}\n"));
        var expected = Call.Of("predict", _folder.At("run"), "--json", "--probabilities", "--input", table).AssertDone().Output.TrimEnd('\n').Split('\n');
        foreach (var (body, type) in new[] { (objects, Json), (arrays, Json), (reordered, Csv), (File.ReadAllText(table), Csv) })
            Assert.Equal(expected, Predictions(await PostAsync(body, type)));

        var asTable = await PostAsync(reordered, Csv, accept: Csv);
        Assert.Equal(Call.Of("predict", _folder.At("run"), "--probabilities", "--input", table).AssertDone().Output, asTable);

        // One at a time, and many at once, which share batches.
        var alone = await Task.WhenAll(rows.Select(row => PostAsync($"[{Value(Colour(row), true)},{Value(X(row), false)}]", Json)));
        Assert.Equal(expected.Select(line => line[line.IndexOf("\"class\"", StringComparison.Ordinal)..]),
            alone.Select(answer => Predictions(answer).Single()).Select(line => line[line.IndexOf("\"class\"", StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task Real_targets_and_labels_are_answered_by_name()
    {
        var table = _folder.Write("r.csv", "a,b,price,share\n" + string.Concat(Enumerable.Range(0, 60).Select(row => $"{row},{row % 7},{row * 3},{row % 2}\n")));
        Train(table, "--targets", "price,share", "--loss", "mean-squared-error", "--layers", "2-20-2");
        Serve();
        using var answer = JsonDocument.Parse(await PostAsync("""{"a":3,"b":1}""", Json));
        var targets = answer.RootElement.GetProperty("predictions")[0].GetProperty("targets");
        Assert.Equal(["price", "share"], targets.EnumerateObject().Select(target => target.Name));
        Assert.True(double.IsFinite(targets.GetProperty("price").GetDouble()));
    }

    [Fact]
    public async Task A_network_of_images_takes_images()
    {
        foreach (var (name, base_) in (ReadOnlySpan<(string, int)>)[("dark", 20), ("light", 200)])
            for (var index = 0; index < 10; index++)
            {
                Directory.CreateDirectory(_folder.At("images", name));
                File.WriteAllBytes(_folder.At("images", name, $"{index}.png"), TestImages.Png(4, 5, (y, x) => TestImages.Grey(base_ + index + y * x)));
            }
        Train(_folder.At("images"), "--layers", "20-20-2");
        Serve();
        var image = TestImages.Png(4, 5, (y, x) => TestImages.Grey(30 + y + x));
        File.WriteAllBytes(_folder.At("one.png"), image);
        var expected = Call.Of("predict", _folder.At("run"), "--json", "--probabilities", "--input", _folder.At("one.png")).AssertDone().Output;
        var answer = Predictions(await PostAsync(image, "image/png")).Single();
        Assert.Equal(expected[expected.IndexOf("\"class\"", StringComparison.Ordinal)..].TrimEnd('\n'), answer[answer.IndexOf("\"class\"", StringComparison.Ordinal)..]);
        await AssertRefusedAsync(TestImages.Png(8, 8, (_, _) => TestImages.Grey(1)), "image/png", HttpStatusCode.BadRequest, "8x8");
        await AssertRefusedAsync("no image"u8.ToArray(), "image/jpeg", HttpStatusCode.BadRequest, "PNG or JPEG");
    }

    [Theory]
    [InlineData("[[1,2,3]]", Json, "row 1", "3 values", "2")]
    [InlineData("[[1,2],[1]]", Json, "row 2", "1 values")]
    [InlineData("[[1,\"b\"]]", Json, "row 1", "'y'", "'b'", "finite number")]
    [InlineData("[[1,null]]", Json, "'y'", "null")]
    [InlineData("[[1,1e99]]", Json, "'y'", "1e99")]
    [InlineData("[[1,[2]]]", Json, "'y'", "an array")]
    [InlineData("{\"x\":1}", Json, "lacks 'y'")]
    [InlineData("{\"x\":1,\"y\":2,\"z\":3}", Json, "has 'z'")]
    [InlineData("{\"x\":1,\"x\":2}", Json, "'x' twice")]
    [InlineData("[{\"x\":1,\"y\":2},3]", Json, "row 2", "a number")]
    [InlineData("[1,2", Json, "no JSON")]
    [InlineData("[1,2] 3", Json, "no JSON")]
    [InlineData("", Json, "no JSON")]
    [InlineData("[]", Json, "no rows")]
    [InlineData("7", Json, "a number")]
    [InlineData("x,z\n1,2\n", Csv, "line 1", "'y'", "'z'")]
    [InlineData("1,2\n3,four\n", Csv, "line 2", "four")]
    [InlineData("", Csv, "no samples")]
    public async Task What_cannot_be_used_is_refused_with_what_where_and_what_was_expected(string body, string type, params string[] parts)
    {
        TrainPoints();
        Serve();
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(body), type, HttpStatusCode.BadRequest, parts);
        Assert.Single(Predictions(await PostAsync("[1,2]", Json))); // it goes on
    }

    [Fact]
    public async Task Bounds_are_kept()
    {
        TrainPoints();
        Serve(new() { Address = new(IPAddress.Loopback, 0), BodyMegaBytesMax = 1, SamplesMax = 3, RequestsMax = 1 });
        await AssertRefusedAsync(new byte[(1 << 20) + 1], Json, HttpStatusCode.RequestEntityTooLarge, "too large");
        await AssertRefusedAsync("[[1,2],[1,2],[1,2],[1,2]]"u8.ToArray(), Json, HttpStatusCode.BadRequest, "more than 3 rows");
        await AssertRefusedAsync("1,2\n1,2\n1,2\n1,2\n1,2\n"u8.ToArray(), Csv, HttpStatusCode.BadRequest, "3 rows");
        await AssertRefusedAsync("<a/>"u8.ToArray(), "text/xml", HttpStatusCode.UnsupportedMediaType, "application/json");

        // One request is under way from the moment on in which the server asks for its body.
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _server!.Url.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: {Json}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.Contains("100", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        await AssertRefusedAsync("[1,2]"u8.ToArray(), Json, HttpStatusCode.ServiceUnavailable, "under way");
        Assert.Equal("Healthy", await _client.GetStringAsync(new Uri(_server.Url, "health")));
        await stream.WriteAsync("[1,2]"u8.ToArray());
        Assert.Contains("200", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task The_server_says_what_it_is_and_what_it_did()
    {
        TrainPoints();
        Serve();
        using var description = JsonDocument.Parse(await _client.GetStringAsync(_server!.Url));
        Assert.Equal(["a", "b"], description.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["x", "y"], description.RootElement.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()));
        await PostAsync("[[1,2],[3,4]]", Json);
        Assert.Contains("\nactorsparse_serving_samples_total", await _client.GetStringAsync(new Uri(_server.Url, "metrics")));
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.Url) { Headers = { Host = "example.org" } };
        using var foreign = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
    }

    [Fact]
    public void A_port_that_is_taken_and_bad_options_are_refused_in_one_line()
    {
        TrainPoints();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Call.Of("serve", _folder.At("run"), "--listen", $"{port}").AssertRefused("--listen", $"127.0.0.1:{port}", "free port");
        Call.Of("serve", _folder.At("run"), "--listen", "web").AssertRefused("--listen", "'web'");
        Call.Of("serve", _folder.At("absent")).AssertRefused("absent");
    }

    [Fact]
    public async Task A_process_that_serves_ends_when_it_is_told_to()
    {
        TrainPoints();
        using var process = HostProcess.Start("serve", _folder.At("run"), "--listen", "0");
        process.WaitFor("^serving at ");
        var url = new Uri(process.Log.Split('\n').First(line => line.StartsWith("serving at ", StringComparison.Ordinal))["serving at ".Length..].Split(';')[0]);
        using var answer = await _client.PostAsync(new Uri(url, "predict"), new StringContent("1,2\n")); // text/plain
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        process.Signal("TERM");
        var (exitCode, _, error) = process.Finish();
        Assert.Equal((ExitCodes.Terminated, ""), (exitCode, error));
    }

    [Fact]
    public void The_benchmark_says_what_became_of_its_requests_and_how_long_they_took()
    {
        Call.Of("bench", "serve").AssertRefused("--checkpoint");
        TrainPoints();
        var lines = Call.Of("bench", "serve", "--checkpoint", _folder.At("run"), "--rate", "50", "--seconds", "1", "--threads", "1").AssertDone().Output.Split('\n');
        Assert.Equal(["predict", "predict", "serve", "latency"], lines[1..5].Select(line => line.Split(' ')[0]));
        Assert.Contains("50 answered, 0 refused, 0 failed", lines[3]);
    }

    private void TrainPoints() => Train(_folder.Write("p.csv", "x,y,class\n" + string.Concat(Enumerable.Range(0, 40).Select(row =>
        $"{row},{row % 5},{(row < 20 ? "b" : "a")}\n"))), "--layers", "2-20-2");

    private void Train(string data, params string[] options) => Call.Of(
        ["train", "--train", data, "--epochs", "20", "--mode", "sequential", "--threads", "1", "--out", _folder.At("run"), .. options]).AssertDone();

    private void Serve(ServingOptions? options = null)
    {
        _checkpoint = CheckpointFile.Load(_folder.At("run", "checkpoints", "best.safetensors"));
        _server = new(_checkpoint, "model", new DataOptions(), _compute, options ?? new() { Address = new(IPAddress.Loopback, 0) }, _errors);
    }

    private Task<string> PostAsync(string body, string type, string accept = Json) => PostAsync(Encoding.UTF8.GetBytes(body), type, accept);

    private async Task<string> PostAsync(byte[] body, string type, string accept = Json)
    {
        using var answer = await SendAsync(body, type, accept);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private async Task AssertRefusedAsync(byte[] body, string type, HttpStatusCode status, params string[] parts)
    {
        using var answer = await SendAsync(body, type, Json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        foreach (var part in parts) Assert.Contains(part, json.RootElement.GetProperty("error").GetString());
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string type, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server!.Url, "predict")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new(type);
        request.Headers.Accept.ParseAdd(accept);
        return await _client.SendAsync(request);
    }

    // As lines of predict --json.
    private static string[] Predictions(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty("predictions").EnumerateArray().Select(prediction => prediction.GetRawText())];
    }
}
