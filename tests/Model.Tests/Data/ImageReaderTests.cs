using ActorSparse.Model.Data;
using ActorSparse.Tests.Support;
using SkiaSharp;

namespace ActorSparse.Model.Tests.Data;

/// <summary>What becomes of pixels, and which files are refused.</summary>
public sealed class ImageReaderTests : ReaderTest
{
    private static readonly DataOptions s_plain = new() { Standardize = StandardizationMode.None };
    private static readonly SKColor s_red = new(200, 10, 30);

    [Fact]
    public void Grey_images_have_one_channel_and_a_single_colour_makes_three()
    {
        Write("grey/a/1.png", TestImages.Png(1, 2, (_, x) => TestImages.Grey(x + 5)));
        Write("grey/b/1.jpg", TestImages.Jpeg(1, 2, (_, _) => TestImages.Grey(128)));
        using (var data = Load("grey"))
        {
            Assert.Equal(new ImageShape(1, 2, 1), data.Train.ImageShape);
            Assert.Equal([[5, 6], [128, 128]], Samples(data.Train));
        }
        Write("grey/b/2.png", TestImages.Png(1, 2, (_, x) => x == 0 ? s_red : TestImages.Grey(7)));
        using (var data = Load("grey"))
        {
            Assert.Equal(new ImageShape(1, 2, 3), data.Train.ImageShape);
            Assert.Equal([[5, 6, 5, 6, 5, 6], [128, 128, 128, 128, 128, 128], [200, 7, 10, 7, 30, 7]], Samples(data.Train));
        }
        using (var data = Load("grey", s_plain with { Channels = 1 }))
            Assert.Equal([69, 7], Sample(data.Train, 2)); // 0.299 x 200 + 0.587 x 10 + 0.114 x 30 = 69.09
        File.Delete(Path.Combine(Folder.Root, "grey/b/2.png"));
        using (var data = Load("grey", s_plain with { Channels = 3 })) Assert.Equal([5, 6, 5, 6, 5, 6], Sample(data.Train, 0));
    }

    [Fact]
    public void Test_images_follow_the_training_images()
    {
        Write("grey/a/1.png", TestImages.Png(1, 1, (_, _) => TestImages.Grey(5)));
        Write("grey/b/1.png", TestImages.Png(1, 1, (_, _) => TestImages.Grey(6)));
        Write("red/a/1.png", TestImages.Png(1, 1, (_, _) => s_red));
        using var data = DataSource.Load(s_plain with { Train = At("grey"), Test = At("red") });
        Assert.Equal([69], Sample(data.Test, 0));
        using var test = DataSource.LoadTest(new() { Test = At("red/a/1.png") }, DataSchema.Of(data.Train));
        Assert.Equal([69], Sample(test, 0));
        Write("large/a/1.png", TestImages.Png(4, 2, (_, _) => s_red));
        const string Expected = "large/a/1.png: is 4x2 pixels; expected 1x1, as the training images are, or --resize HEIGHTxWIDTH";
        Assert.Equal(At(Expected), Refusal(() => DataSource.Load(s_plain with { Train = At("grey"), Test = At("large") })));
        Assert.Equal(At(Expected), Refusal(() => DataSource.LoadTest(new() { Test = At("large") }, DataSchema.Of(data.Train))));
        using var resized = DataSource.LoadTest(new() { Test = At("large"), Resize = new(1, 1) }, DataSchema.Of(data.Train));
        Assert.Equal([69], Sample(resized, 0));
        Assert.Equal($"{At("large")}: resize 2x2: expected 1x1, as the training images are",
            Refusal(() => DataSource.LoadTest(new() { Test = At("large"), Resize = new(2, 2) }, DataSchema.Of(data.Train))));
    }

    [Fact]
    public void What_is_transparent_lies_on_black()
    {
        Write("set/a/1.png", TestImages.Png(1, 2, (_, x) => new SKColor(200, 100, 50, (byte)(x == 0 ? 0 : 128))));
        Write("set/b/1.png", TestImages.Png(1, 2, (_, _) => s_red));
        using var data = Load("set");
        Assert.Equal([0, 100, 0, 50, 0, 25], Sample(data.Train, 0));
    }

    [Theory]
    [InlineData(1, 0, 1, 2, 3, 4, 5)]
    [InlineData(2, 2, 1, 0, 5, 4, 3)]
    [InlineData(3, 5, 4, 3, 2, 1, 0)]
    [InlineData(4, 3, 4, 5, 0, 1, 2)]
    [InlineData(5, 0, 3, 1, 4, 2, 5)]
    [InlineData(6, 3, 0, 4, 1, 5, 2)]
    [InlineData(7, 5, 2, 4, 1, 3, 0)]
    [InlineData(8, 2, 5, 1, 4, 0, 3)]
    public void The_EXIF_orientation_is_heeded(byte orientation, params int[] blocks)
    {
        // Blocks of 8 x 8 pixels, which JPEG keeps apart: 2 rows of 3.
        var jpeg = TestImages.Jpeg(16, 24, (y, x) => TestImages.Grey(40 * (y / 8 * 3 + x / 8)));
        Write("set/a/1.jpg", TestImages.WithOrientation(jpeg, orientation));
        Write("set/b/1.jpg", TestImages.WithOrientation(jpeg, orientation));
        using var data = Load("set");
        var (height, width) = orientation < 5 ? (16, 24) : (24, 16);
        Assert.Equal(new ImageShape(height, width), data.Train.ImageShape);
        var sample = Sample(data.Train, 0);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                Assert.Equal(40 * blocks[y / 8 * (width / 8) + x / 8], sample[y * width + x], 2f);
    }

    [Fact]
    public void Images_are_resampled_without_folding_detail_over()
    {
        // Stripes of one pixel become an even grey; an even image and a ramp stay what they are.
        Write("set/a/1.png", TestImages.Png(40, 60, (_, x) => TestImages.Grey(x % 2 == 0 ? 0 : 200)));
        Write("set/a/2.png", TestImages.Png(7, 13, (_, _) => TestImages.Grey(77)));
        Write("set/b/1.png", TestImages.Png(50, 50, (y, _) => TestImages.Grey(4 * y)));
        Write("set/b/2.png", TestImages.Png(5, 5, (y, _) => TestImages.Grey(40 * y + 18)));
        using var data = Load("set", s_plain with { Resize = new(10, 6) });
        Assert.Equal(new ImageShape(10, 6), data.Train.ImageShape);
        Assert.All(Sample(data.Train, 0), value => Assert.Equal(100, value, 6f));
        Assert.All(Sample(data.Train, 1), value => Assert.Equal(77, value));
        foreach (var sample in (int[])[2, 3])
            for (var row = 3; row < 7; row++) Assert.Equal(20 * row + 8, Sample(data.Train, sample)[row * 6 + 3], 1.5f);
    }

    [Fact]
    public void Files_that_cannot_be_used_are_refused_by_name()
    {
        var png = TestImages.Png(20, 30, (y, x) => new SKColor((byte)(y * 9), (byte)(x * 7), (byte)(x * y)));
        var jpeg = TestImages.Jpeg(20, 30, (y, x) => new SKColor((byte)(y * 9), (byte)(x * 7), (byte)(x * y)));
        Write("set/a/1.png", png);
        Write("set/b/1.png", TestImages.Png(30, 20, (_, _) => s_red));
        Refused($"set/b/1.png: is 30x20 pixels; expected 20x30, as {At("set/a/1.png")} is, or --resize HEIGHTxWIDTH");
        Write("set/b/1.png", []);
        Refused("set/b/1.png: the file is empty; expected a PNG or JPEG image");
        Write("set/b/1.png", "no image"u8.ToArray());
        Refused("set/b/1.png: is no image that can be read; expected a PNG or JPEG image");
        Write("set/b/1.png", png[..(png.Length / 2)]);
        Refused("set/b/1.png: is damaged or truncated (IncompleteInput); expected a PNG or JPEG image");
        Write("set/b/1.png", jpeg[..(jpeg.Length / 2)]);
        Refused("set/b/1.png: is damaged or truncated (IncompleteInput); expected a PNG or JPEG image");
        Write("set/b/1.png", TestImages.Encode(SKEncodedImageFormat.Webp, 20, 30, (_, _) => s_red));
        Refused("set/b/1.png: holds Webp; expected a PNG or JPEG image");
        Write("set/b/1.png", jpeg);
        Load("set").Dispose();
    }

    [Fact]
    public void Of_several_errors_the_first_file_is_named()
    {
        for (var index = 0; index < 200; index++)
            Write($"set/{index % 2}/{index:000}.png", index % 50 == 37 ? [1] : TestImages.Png(2, 2, (_, _) => index < 100 ? TestImages.Grey(index) : s_red));
        for (var trial = 0; trial < 10; trial++) Refused("set/1/037.png: is no image that can be read; expected a PNG or JPEG image");
    }

    private void Refused(string message)
    {
        var error = Refusal(() => Load("set"));
        Assert.Equal(At(message), error);
        Assert.DoesNotContain('\n', error);
    }

    private static string Refusal(Func<object> act) => Assert.Throws<InvalidInputException>(act).Message;

    private DataPair Load(string name, DataOptions? options = null) =>
        DataSource.Load((options ?? s_plain) with { Train = At(name), Test = At(name) });

    private string At(string name) => Path.Combine(Folder.Root, name);

    private void Write(string name, byte[] content) => Folder.Write(name, content);
}
