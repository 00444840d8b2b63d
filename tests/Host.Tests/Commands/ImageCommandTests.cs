using SkiaSharp;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Folders of images, from the command line.</summary>
public sealed class ImageCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_network_is_trained_on_folders_and_predicts_folders_and_files()
    {
        Write("bars", 60);
        Train("run").AssertDone();
        var evaluated = Call.Of("evaluate", _folder.At("run")).AssertDone().Output;
        Assert.Contains("accuracy 1.0000 (24 of 24)", evaluated, StringComparison.Ordinal);
        Assert.Matches("column +12 ", evaluated);

        var held = Lines(Call.Of("predict", _folder.At("run")).AssertDone().Output);
        Assert.Equal("sample,file,class", held[0]);
        Assert.All(held.Skip(1), line => Assert.Matches("^[0-9]+,(row|column)/[0-9]+[.]png,(row|column)$", line));

        // Other folders, without classes, of another size, one file.
        Assert.Equal("0,0.png,row", Lines(Call.Of("predict", _folder.At("run"), "--input", _folder.At("bars", "row")).AssertDone().Output)[1]);
        var file = _folder.At("bars", "column", "1.png");
        Assert.Equal($"0,{file},column", Lines(Call.Of("predict", _folder.At("run"), "--input", file).AssertDone().Output)[1]);
        File.WriteAllBytes(_folder.At("large.png"), Bar(isRow: true, 1, scale: 3));
        Call.Of("predict", _folder.At("run"), "--input", _folder.At("large.png"))
            .AssertRefused("large.png: is 24x24 pixels; expected 8x8, as the training images are, or --resize HEIGHTxWIDTH");
        var resized = Call.Of("predict", _folder.At("run"), "--input", _folder.At("large.png"), "--resize", "8x8").AssertDone().Output;
        Assert.Equal($"0,{_folder.At("large.png")},row", Lines(resized)[1]);
        var given = Call.Of("evaluate", _folder.At("run"), "--test", _folder.At("bars"), "--json").AssertDone().Output;
        Assert.Contains("\"samples\":120", given, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_keeps_how_images_were_read()
    {
        Write("both/train", 30);
        Write("both/test", 10);
        Train("run", _folder.At("both"), "--resize", "6x7", "--channels", "3").AssertDone();
        Assert.Contains("(20 of 20)", Call.Of("evaluate", _folder.At("run")).AssertDone().Output, StringComparison.Ordinal);
        Call.Of("predict", _folder.At("run"), "--input", _folder.At("both", "train", "row", "3.png")).AssertDone();
        var resumed = Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "21").AssertDone();
        Assert.Contains("resumed at epoch 21", resumed.Output, StringComparison.Ordinal);
        Call.Of("predict", _folder.At("run"), "--input", _folder.At("both", "test"), "--resize", "8x8").AssertRefused("resize 8x8: expected 6x7");
    }

    [Fact]
    public void The_data_command_describes_folders()
    {
        Write("bars", 3);
        Directory.CreateDirectory(_folder.At("bars", "cross"));
        File.WriteAllBytes(_folder.At("bars", "cross", "1.png"), Bar(isRow: true, 1));
        var output = Call.Of("data", "--train", _folder.At("bars"), "--holdout", "0.34").AssertDone().Output;
        Assert.Contains("images    8x8, 1 channels", output, StringComparison.Ordinal);
        Assert.Contains("note      classes of one sample, which is trained on and not tested: cross", output, StringComparison.Ordinal);
        Assert.Matches("cross +1 +0", output);
    }

    [Theory]
    [InlineData("--resize 8", "resize: '8': expected HEIGHTxWIDTH")]
    [InlineData("--resize 0x8", "resize: '0x8': expected HEIGHTxWIDTH")]
    [InlineData("--channels 2", "channels is '2'; expected one of 1, 3")]
    [InlineData("--crop-padding 3", "crop-padding 3 has no effect without --augment")]
    [InlineData("--augmentation crop", "augmentation crop has no effect without --augment")]
    [InlineData("--augment --crop-padding 3", "crop-padding 3 is of --augmentation crop, not of affine")]
    [InlineData("--augment --augmentation crop --shift-max 0.2", "shift-max 0.2 is of --augmentation affine, not of crop")]
    public void Options_that_mean_nothing_are_refused(string options, string expected)
    {
        Write("bars", 3);
        Call.Of(["train", "--train", _folder.At("bars"), "--out", _folder.At("run"), .. options.Split(' ')]).AssertRefused(expected);
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Theory]
    [InlineData("crop", "--crop-padding", "1")]
    [InlineData("affine", "--rotation-max", "5", "--shift-max", "0.05", "--no-flips")]
    public void Augmented_runs_depend_on_their_seed_alone(string kind, params string[] options)
    {
        Write("bars", 30);
        string[] augment = ["--augment", "--augmentation", kind, .. options];
        var first = Predictions("first", augment);
        Assert.Equal(first, Predictions("again", [.. augment, "--threads", "1"]));
        Assert.NotEqual(first, Predictions("plain", []));

        string Predictions(string name, string[] more)
        {
            Train(name, _folder.At("bars"), more).AssertDone();
            return Call.Of("predict", _folder.At(name, "checkpoints", "last.safetensors"), "--probabilities").AssertDone().Output;
        }
    }

    [Fact]
    public void Augmentation_needs_images() =>
        Call.Of("train", "--train", _folder.WriteSamples("table.csv", 40), "--augment", "--out", _folder.At("run"))
            .AssertRefused("table.csv: are no images; expected images to augment");

    private Call Train(string name, params string[] more) => Train(name, _folder.At("bars"), more);

    private Call Train(string name, string folder, params string[] more) =>
        Call.Of(["train", "--train", folder, "--layers", more.Contains("6x7") ? "126-40-2" : "64-40-2", "--epochs", "20", "--mode", "sequential",
            "--batch-size", "8", "--out", _folder.At(name), .. more]);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Write(string name, int count)
    {
        foreach (var label in (string[])["row", "column"])
        {
            Directory.CreateDirectory(_folder.At(name, label));
            for (var index = 0; index < count; index++)
                File.WriteAllBytes(_folder.At(name, label, $"{index}.png"), Bar(label == "row", index));
        }
    }

    // A bright row, or a bright column, of two pixels' breadth.
    private static byte[] Bar(bool isRow, int index, int scale = 1) => TestImages.Png(8 * scale, 8 * scale, (y, x) =>
    {
        int row = y / scale, column = x / scale;
        var isBright = (isRow ? row : column) / 2 == index % 4;
        return TestImages.Grey((isBright ? 200 : 20) + (row * 5 + column * 3 + index * 7) % 40);
    });
}
