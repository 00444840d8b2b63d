using System.Globalization;
using System.Text;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Exports that stand alone: what the program makes of them is what it makes of the run.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private static readonly string[] s_colours = ["red", "green", "blue"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("safetensors")]
    [InlineData("npz")]
    public void An_export_predicts_and_evaluates_as_its_run_does_without_its_files(string format)
    {
        var table = Table("t.csv", "id;colour;x;class", (row, colour, x, label) => $"r{row};{colour};{x};{label}");
        Train(table, "--ignore", "id", "--missing", "median", "--decimal", ",", "--layers", "4-20-12-2", "--activation", "all-relu:0.6");
        // Columns in another order, words that are categories, missing values, commas before the decimals.
        var other = Table("o.csv", "x;class;colour", (_, colour, x, label) => $"{x};{label};{colour}");
        var (predicted, evaluated) = (Predict(_folder.At("run"), other), Evaluate(_folder.At("run"), other));
        var export = Export(format);
        Assert.DoesNotContain(_folder.Root, Encoding.UTF8.GetString(File.ReadAllBytes(export)), StringComparison.Ordinal);
        Directory.Delete(_folder.At("run"), recursive: true);
        Assert.Equal(predicted, Predict(export, other));
        Assert.Equal(evaluated, Evaluate(export, other));
        Assert.Contains(",b,", predicted, StringComparison.Ordinal);
        Call.Of("predict", export).AssertRefused(export, "does not say where its test samples are", "--input PATH");
        Call.Of("evaluate", export).AssertRefused("--test PATH");
        Assert.Contains("4-20-12-2", Call.Of("inspect", export).AssertDone().Output, StringComparison.Ordinal);
        Assert.EndsWith("network-compact.safetensors\n", Call.Of("compact", export).AssertDone().Output, StringComparison.Ordinal);
        Assert.Equal(evaluated, Evaluate(_folder.At("network-compact.safetensors"), other));
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("npz")]
    public void A_graph_stands_alone_as_well(string format)
    {
        var table = _folder.WriteBars("bars.csv", 300, 1);
        Train(table, "--network", """
            {"input": "1x4x4", "nodes": [
              {"name": "stem", "operator": "convolution", "channels": 6}, {"name": "norm", "operator": "batch-norm"},
              {"operator": "relu"}, {"operator": "flatten"}, {"name": "head", "operator": "linear", "outputs": 3}]}
            """, "--sparsity", "0.3", "--batch-size", "16", "--learning-rate", "0.01", "--schedule", "constant");
        var predicted = Predict(_folder.At("run"), table);
        Assert.Equal(predicted, Predict(Export(format), table));
        Assert.True(predicted.Split('\n').Distinct().Count() > 150, "the same for all samples");
    }

    [Fact]
    public void A_named_data_set_is_found_again()
    {
        Call.Of("train", "--dataset", "planted", "--samples", "200", "--test-samples", "50", "--features", "20", "--classes", "3",
            "--layers", "20-16-3", "--epochs", "2", "--mode", "sequential", "--out", _folder.At("run")).AssertDone();
        Assert.Equal(Call.Of("evaluate", _folder.At("run")).AssertDone().Output, Call.Of("evaluate", Export("npz")).AssertDone().Output);
    }

    // The program of the documentation, on a network whose layers have slopes of either sign, and on targets with units of their own.
    [Theory]
    [InlineData("--activation", "all-relu:0.6")]
    [InlineData("--activation", "tanh")]
    [InlineData("--loss", "mean-squared-error", "--targets", "x,class", "--activation", "leaky-relu:0.1")]
    public void The_Python_of_the_documentation_predicts_the_same(params string[] options)
    {
        var random = new Random(3);
        float[][] rows = [.. Enumerable.Range(0, 80).Select(_ =>
            Enumerable.Range(0, 5).Select(_ => (float)Math.Round(10 * random.NextDouble() - 4, 3)).ToArray())];
        var hasClasses = !options.Contains("--loss");
        var table = _folder.Write("t.csv", "a,b,c,d,x,class\n" + Lines(row => $"{string.Join(',', row)},{Label(row)}"));
        Train(table, ["--layers", hasClasses ? "5-30-20-2" : "4-30-20-2", .. options]);
        Export("npz");
        _folder.Write("samples.csv", Lines(row => string.Join(',', hasClasses ? row : row[..4])));
        var printed = Python.Run(DocumentationTests.CodeBlock("docs/checkpoints.md", "python"), _folder.Root);
        string[][] expected = [.. Predict(_folder.At("run"), table).Trim().Split('\n').Skip(1).Select(line => line.Split(',')[1..])];
        double[][] actual = [.. File.ReadLines(_folder.At("outputs.csv")).Select(line => line.Split(',').Select(Number).ToArray())];
        if (hasClasses) Assert.Equal(expected.Select(line => line[0]), printed.Trim().Split('\n'));
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (left, right) in expected.Zip(actual))
            foreach (var (value, computed) in left[^2..].Zip(right))
                Assert.Equal(Number(value), computed, 1e-4 * (1 + Math.Abs(computed)));

        string Label(float[] row) => hasClasses ? row[0] * row[1] > row[2] ? "yes" : "no" : Text(100 * row[0] - 30 * row[3]);
        string Lines(Func<float[], string> line) => string.Concat(rows.Select(row => line(row) + "\n"));
        string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
        double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Sparse_initialisers_are_for_ONNX_and_dense_ones_that_are_large_are_noted()
    {
        using var network = Network.Create(new() { LayerSizes = [8000, 4000, 2], Epsilon = 0.1 }, new RandomSource(1));
        var (wide, denseFile, sparseFile) = (_folder.At("wide.safetensors"), _folder.At("dense.onnx"), _folder.At("sparse.onnx"));
        CheckpointFile.Save(wide, new() { Network = network });
        var dense = Call.Of("export", wide, "--to", "onnx", "--out", denseFile).AssertDone();
        Assert.Matches("^note: dense weights take 128 MB; --initializers sparse writes 0[.][0-9] MB, [^\n]*\n$", dense.Error);
        Assert.Equal("", Call.Of("export", wide, "--to", "onnx", "--initializers", "sparse", "--out", sparseFile).AssertDone().Error);
        Assert.True(new FileInfo(sparseFile).Length < 1_000_000 && new FileInfo(denseFile).Length > 128_000_000);
        Call.Of("export", wide, "--initializers", "sparse", "--out", _folder.At("s.safetensors")).AssertRefused("--initializers is for --to onnx");
    }

    private string Table(string name, string header, Func<int, string, string, string, string> line) => _folder.Write(name, header + "\n"
        + string.Concat(Enumerable.Range(0, 60).Select(row =>
            line(row, row % 9 == 0 ? "NA" : s_colours[row % 3], row % 7 == 0 ? "" : $"{row},5", row < 30 ? "b" : "a") + "\n")));

    private string Export(string format)
    {
        var path = _folder.At("network." + format);
        Call.Of("export", _folder.At("run"), "--to", format, "--out", path).AssertDone();
        return path;
    }

    private void Train(string table, params string[] options) => Call.Of(
        ["train", "--train", table, "--epochs", "20", "--mode", "sequential", "--out", _folder.At("run"), .. options]).AssertDone();

    private static string Predict(string network, string input) =>
        Call.Of("predict", network, "--probabilities", "--input", input).AssertDone().Output;

    private static string Evaluate(string network, string test) => Call.Of("evaluate", network, "--test", test).AssertDone().Output;
}
