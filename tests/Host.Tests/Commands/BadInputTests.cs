using System.IO.Compression;
using ActorSparse.Host.Runs;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Bad input ends in one line, exit code 2, and no run folder.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_wrong_magic_number() =>
        Refuse(["--format", "idx", "--train", Bytes("images", 0, 0, 7, 3, 0, 0, 0, 1), "--train-labels", Labels()], "images", "magic");

    [Fact]
    public void A_truncated_gzip_file()
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(new byte[4096]);
        var path = _folder.At("train.csv.gz");
        File.WriteAllBytes(path, memory.ToArray()[..20]);
        Refuse(["--train", path], "train.csv.gz");
    }

    [Fact]
    public void An_empty_file() => Refuse(["--train", _folder.Write("empty.csv", "")], "empty.csv");

    [Fact]
    public void An_absent_file() => Refuse(["--train", _folder.At("absent.csv")], "absent.csv");

    [Fact]
    public void A_value_that_is_no_number() => Refuse(["--train", _folder.Write("nan.csv", "1,2,0\n3,NaN,1\n")], "nan.csv, line 2: field 2 is 'NaN'");

    [Fact]
    public void A_row_of_another_length() => Refuse(["--train", _folder.Write("ragged.csv", "1,2,0\n3,4,5,1\n")], "ragged.csv, line 2", "expected 3");

    [Fact]
    public void A_label_out_of_range() =>
        Refuse(["--train", _folder.WriteSamples("ok.csv", 20), "--test", _folder.Write("test.csv", "1,2,7\n")], "test.csv, line 1: label '7'");

    [Fact]
    public void Test_samples_with_other_features() =>
        Refuse(["--train", _folder.WriteSamples("ok.csv", 20), "--test", _folder.Write("test.csv", "1,2,3,0\n4,5,6,1\n")], "test.csv: has 3 features",
            "expected 2");

    [Theory]
    [InlineData("3-5-2", "2 features")]
    [InlineData("2-5-1", "softmax")]
    [InlineData("2", "input and an output")]
    [InlineData("2-x-2", "'x'")]
    [InlineData("2-0-2", "'0'")]
    public void Layers_that_do_not_fit(string layers, string expected) =>
        Refuse(["--train", _folder.WriteSamples("ok.csv", 20), "--layers", layers], expected);

    [Theory]
    [InlineData("--activation", "rleu", "relu")]
    [InlineData("--schedule", "sometimes", "cosine")]
    [InlineData("--class-weights", "1,2,3", "3 weights; the network tells 2 classes apart")]
    [InlineData("--holdout", "2", "0.9999")]
    public void Options_that_mean_nothing(string option, string value, string expected) =>
        Refuse(["--train", _folder.WriteSamples("ok.csv", 20), option, value], expected);

    [Fact]
    public void No_data_at_all() => Refuse([], "expected a recipe");

    [Fact]
    public void Data_that_is_not_on_the_machine()
    {
        Directory.CreateDirectory(_folder.At("nothing"));
        var call = Call.With(new() { ["XDG_DATA_HOME"] = _folder.At("nothing") }, "train", "cifar-10", "--out", _folder.At("run"),
            "--data-dir", _folder.At("nothing"));
        call.AssertRefused("cifar-10", "not found");
    }

    [Fact]
    public void A_damaged_or_foreign_checkpoint()
    {
        Call.Of("train", "--train", _folder.WriteSamples("ok.csv", 20), "--layers", "2-4-2", "--epochs", "40",
            "--learning-rate", "0.2", "--out", _folder.At("run")).AssertDone();
        var path = RunFolder.LastCheckpointOf(_folder.At("run"));
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "41").AssertRefused(path, "damaged");
        foreach (var verb in (string[])["evaluate", "predict", "prune", "compact", "inspect", "export"])
        {
            Call.Of(verb, path).AssertRefused(path, "damaged");
            Call.Of(verb, _folder.At("ok.csv")).AssertRefused("ok.csv", "neither a safetensors nor an NPZ file");
            Call.Of(verb, _folder.At("absent")).AssertRefused("absent");
        }
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("train --epoch 3", "unknown option --epoch (did you mean --epochs?)")]
    [InlineData("train --epoch", "unknown option --epoch (did you mean --epochs?)")]
    [InlineData("trian", "no command 'trian' (did you mean train?)")]
    [InlineData("", "expected a command")]
    [InlineData("train fashion-mnist madelon", "'madelon' is one argument too many")]
    [InlineData("train --epochs", "--epochs")]
    [InlineData("train --epochs 1 --epochs 2", "--epochs")]
    [InlineData("train fashion-mnits", "did you mean fashion-mnist?")]
    [InlineData("evaluate", "checkpoint")]
    [InlineData("train --resume --force --out x", "exclude each other")]
    public void A_command_line_that_says_nothing(string line, string expected) =>
        Call.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertRefused(expected);

    private void Refuse(string[] arguments, params string[] expected)
    {
        Call.Of(["train", "--out", _folder.At("run"), "--epochs", "1", .. arguments]).AssertRefused(expected);
        Assert.False(Directory.Exists(_folder.At("run")), "something was written");
    }

    private string Bytes(string name, params byte[] content)
    {
        File.WriteAllBytes(_folder.At(name), content);
        return _folder.At(name);
    }

    private string Labels() => Bytes("labels", 0, 0, 8, 1, 0, 0, 0, 1, 3);
}
