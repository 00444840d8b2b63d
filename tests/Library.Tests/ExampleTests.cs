using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ActorSparse.Library.Tests;

public sealed class ExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _samples;

    public ExampleTests() => _samples = _folder.WriteSamples("samples.csv", 200);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_saves_a_network_that_serve_answers_with()
    {
        var path = _folder.At("network.safetensors");
        using var train = Start("Train", _samples, path);
        var (exitCode, output, error) = train.Finish();
        Assert.True(exitCode == 0, error);
        Assert.Matches("epoch 20: loss", output);
        Assert.Matches(@"connections, test accuracy (0\.9|1)", output);

        using var serve = Start("Serve", path, "--urls", "http://127.0.0.1:0");
        serve.WaitFor("Now listening on");
        using var client = new HttpClient { BaseAddress = new(Regex.Match(serve.Log, @"http://127\.0\.0\.1:\d+").Value) };
        var answer = await client.PostAsJsonAsync("/predict", new[] { 0.9f, 0 });
        var prediction = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("1", prediction.GetProperty("class").GetString());
        Assert.InRange(prediction.GetProperty("outputs").GetProperty("1").GetSingle(), 0.5f, 1);

        using var refused = await client.PostAsJsonAsync("/predict", new[] { 0.9f });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("a sample of 1 features; expected 2", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Own_rule_learns_and_gives_few_neurons_many_connections()
    {
        var table = _folder.WriteBars("bars.csv", 400, seed: 1);
        using var program = Start("OwnRule", table);
        var (exitCode, output, error) = program.Finish();
        Assert.True(exitCode == 0, error);
        var busiest = Regex.Matches(output, @"the busiest hidden neuron feeds (\d+) of").Select(match => int.Parse(match.Groups[1].Value)).ToList();
        Assert.Equal(2, busiest.Count);
        Assert.True(busiest[1] > busiest[0], output);
        Assert.Matches(@"preferential: test accuracy (0\.[6-9]|1)", output);
    }

    // An example stands where it was built, with what it alone needs, in the configuration of these tests.
    private static HostProcess Start(string example, params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        return HostProcess.Start(
            Path.Combine(folder.Parent!.Parent!.FullName, example, folder.Name, example), new Dictionary<string, string>(), arguments);
    }
}
