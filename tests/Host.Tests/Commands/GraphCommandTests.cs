using System.Globalization;
using System.Text;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Networks that are no chain of layers, from the command line.</summary>
public sealed class GraphCommandTests : IDisposable
{
    private const string Residual = """
        {"input": "1x4x4", "nodes": [
          {"name": "stem", "operator": "convolution", "channels": 6}, {"name": "norm", "operator": "batch-norm"},
          {"name": "act", "operator": "relu"}, {"name": "branch", "operator": "convolution", "channels": 6},
          {"operator": "add", "inputs": ["branch", "act"]}, {"operator": "relu"}, {"operator": "flatten"},
          {"name": "head", "operator": "linear", "outputs": 2}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_network_of_a_file_is_trained_resumed_inspected_and_evaluated()
    {
        Train("whole", "--epochs", "6");
        Train("resumed", "--epochs", "3");
        File.Delete(_folder.At("net.json"));
        Call.Of("train", "--resume", "--out", _folder.At("resumed"), "--epochs", "6").AssertDone();
        var whole = Call.Of("predict", _folder.At("whole", "checkpoints", "last.safetensors")).AssertDone().Output;
        Assert.Equal(whole, Call.Of("predict", _folder.At("resumed", "checkpoints", "last.safetensors")).AssertDone().Output);

        var inspected = Call.Of("inspect", _folder.At("whole")).AssertDone().Output;
        Assert.Contains("8 nodes from 1x4x4 to 2", inspected, StringComparison.Ordinal);
        Assert.Matches("branch +convolution +act +6x4x4 +[0-9]+ ", inspected);
        Assert.Matches("[Aa]ccuracy (0[.]9|1)", Call.Of("evaluate", _folder.At("whole")).AssertDone().Output);
        Call.Of("export", _folder.At("whole"), "--to", "safetensors", "--out", _folder.At("export.safetensors")).AssertDone();
        Call.Of("export", _folder.At("whole"), "--to", "csv", "--out", _folder.At("export.csv"))
            .AssertRefused("a chain of layers", "safetensors, npz or onnx");
        foreach (var format in (string[])["npz", "onnx"])
            Call.Of("export", _folder.At("whole"), "--to", format, "--out", _folder.At("export." + format)).AssertDone();
        Call.Of("compact", _folder.At("whole"), "--out", _folder.At("compact.safetensors")).AssertRefused("a chain of layers");
    }

    [Fact]
    public void A_network_that_cannot_be_used_is_refused_with_its_file()
    {
        var table = Table();
        Refused("absent.json", "absent.json");
        File.WriteAllText(_folder.At("bad.json"), Residual.Replace("act\"]", "late\"]", StringComparison.Ordinal));
        Refused(_folder.At("bad.json"), "bad.json", "its input 'late'");
        File.WriteAllText(_folder.At("large.json"), Residual.Replace("1x4x4", "1x5x5", StringComparison.Ordinal));
        Refused(_folder.At("large.json"), "16 features", "25");
        File.WriteAllText(_folder.At("net.json"), Residual);
        Call.Of("train", "--train", table, "--network", _folder.At("net.json"), "--layers", "16-8-2", "--out", _folder.At("run"))
            .AssertRefused("layers and network");
        Call.Of("train", "--train", table, "--network", _folder.At("net.json"), "--importance-from", "2", "--out", _folder.At("run"))
            .AssertRefused("importance pruning", "not a graph");
        Assert.False(Directory.Exists(_folder.At("run")));

        void Refused(string network, params string[] parts) =>
            Call.Of("train", "--train", table, "--network", network, "--out", _folder.At("run")).AssertRefused(parts);
    }

    private void Train(string name, params string[] options)
    {
        File.WriteAllText(_folder.At("net.json"), Residual);
        Call.Of(["train", "--train", Table(), "--network", _folder.At("net.json"), "--sparsity", "0.3", "--mode", "sequential",
            "--batch-size", "16", "--learning-rate", "0.01", "--schedule", "constant", "--rule", "set-zero", "--out", _folder.At(name),
            .. options]).AssertDone();
    }

    // A bright row, or a bright column.
    private string Table()
    {
        var path = _folder.At("bars.csv");
        var text = new StringBuilder();
        for (var sample = 0; sample < 240; sample++)
        {
            var (label, bar) = (sample % 2, sample / 2 % 4);
            for (var pixel = 0; pixel < 16; pixel++)
            {
                var isBright = (label == 0 ? pixel / 4 : pixel % 4) == bar;
                text.Append(CultureInfo.InvariantCulture, $"{(isBright ? 1 : 0) + sample * (pixel + 3) % 17 / 40.0},");
            }
            text.Append(label == 0 ? "row" : "column").Append('\n');
        }
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
