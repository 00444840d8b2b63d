using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Data;

public sealed unsafe class AffineAugmentationTests
{
    private static readonly ImageShape s_shape = new(5, 5, 2);
    private static readonly float[] s_image = [.. Enumerable.Range(0, 50).Select(index => (float)(index * index % 37))];

    [Fact]
    public void Without_variation_the_image_stays() => Assert.Equal(s_image, Resample(s_shape, s_image, 0, 0, 0, false));

    [Fact]
    public void A_flip_mirrors_every_row() =>
        Assert.Equal(Map((channel, y, x) => At(s_image, channel, y, 4 - x)), Resample(s_shape, s_image, 0, 0, 0, true));

    [Fact]
    public void A_shift_by_whole_pixels_moves_the_image_and_repeats_its_edge() =>
        Assert.Equal(Map((channel, y, x) => At(s_image, channel, Math.Min(y + 2, 4), Math.Max(x - 1, 0))),
            Resample(s_shape, s_image, 0, 2, -1, false));

    [Fact]
    public void A_quarter_turn_moves_pixels_to_pixels()
    {
        var turned = Resample(s_shape, s_image, Math.PI / 2, 0, 0, false);
        var expected = Map((channel, y, x) => At(s_image, channel, x, 4 - y));
        for (var index = 0; index < 50; index++) Assert.Equal(expected[index], turned[index], 1e-4f);
    }

    [Fact]
    public void Pixels_between_pixels_are_bilinear()
    {
        var random = new RandomSource(1).Stream("bilinear");
        var shape = new ImageShape(7, 9, 3);
        var image = Enumerable.Range(0, (int)shape.FeatureCount).Select(_ => random.NextSingle()).ToArray();
        for (var trial = 0; trial < 50; trial++)
        {
            double angle = 0.3 * random.NextGaussian(), shiftY = random.NextGaussian(), shiftX = random.NextGaussian();
            var flip = random.NextInt32(2) == 0;
            var actual = Resample(shape, image, angle, shiftY, shiftX, flip);
            for (var index = 0; index < actual.Length; index++)
            {
                int channel = index / 63, y = index % 63 / 9, x = index % 9;
                double fromY = y - 3, fromX = flip ? 4 - x : x - 4;
                var sourceY = 3 + shiftY + Math.Cos(angle) * fromY + Math.Sin(angle) * fromX;
                var sourceX = 4 + shiftX + Math.Cos(angle) * fromX - Math.Sin(angle) * fromY;
                Assert.Equal(Bilinear(image, shape, channel, sourceY, sourceX), actual[index], 1e-4);
            }
        }
    }

    [Fact]
    public void A_batch_is_varied_by_its_stream_alone()
    {
        using var dataset = Cifar(40);
        dataset.Standardize(Standardization.Measure(dataset));
        var samples = Enumerable.Range(0, 37).ToArray();
        float[] Fill(ulong? seed)
        {
            using var batch = new ActivationMatrix(dataset.FeatureCount, 37);
            dataset.FillBatch(samples, batch, seed is { } value ? new RandomSource(value) : null);
            return [.. Enumerable.Range(0, dataset.FeatureCount).SelectMany(feature => batch.Row(feature).ToArray())];
        }
        Assert.Equal(Fill(1), Fill(1));
        Assert.NotEqual(Fill(1), Fill(2));
        Assert.NotEqual(Fill(1), Fill(null));
        Assert.Equal(Fill(null), Fill(null));
    }

    [Fact]
    public void Threads_that_share_a_batch_vary_it_as_one_does()
    {
        using var dataset = Cifar(40);
        dataset.Standardize(Standardization.Measure(dataset));
        var samples = Enumerable.Range(0, 37).Reverse().ToArray();
        using ActivationMatrix expected = new(dataset.FeatureCount, 37), shared = new(dataset.FeatureCount, 37);
        dataset.FillBatch(samples, expected, new RandomSource(1));
        using var compute = new NetworkCompute(threads: 3);
        compute.Fill(dataset, samples, shared, new RandomSource(1));
        for (var feature = 0; feature < dataset.FeatureCount; feature++)
            Assert.Equal(expected.Row(feature).ToArray(), shared.Row(feature).ToArray());
    }

    [Fact]
    public void The_content_hash_depends_on_the_variation()
    {
        static DenseDataset Make(ImageAugmentation? augmentation) =>
            new("images", new NativeBuffer<byte>(4), 4, [0], 2) { ImageShape = new(2, 2), Augmentation = augmentation };
        using DenseDataset none = Make(null), varied = Make(new AffineAugmentation()), more = Make(new AffineAugmentation(RotationDegreesMax: 20));
        Assert.Equal(3, new[] { none, varied, more }.Select(dataset => dataset.ContentHash).Distinct().Count());
    }

    [Fact]
    public void Rotations_shifts_and_flips_stay_within_their_bounds()
    {
        // Without rotation, an image whose value is its row number shows the vertical shift, one of column numbers shift and flip.
        var shape = new ImageShape(101, 101);
        var augmentation = new AffineAugmentation(RotationDegreesMax: 0);
        var random = new RandomSource(3).Stream("bounds");
        float[] rows = [.. Enumerable.Range(0, 101 * 101).Select(index => (float)(index / 101))], target = new float[101 * 101];
        var shifts = new List<float>();
        for (var trial = 0; trial < 400; trial++)
        {
            fixed (float* source = rows, result = target) augmentation.Apply(shape, source, result, null, random);
            shifts.Add(target[50 * 101 + 50] - 50);
        }
        Assert.InRange(shifts.Min(), -10.1f, -9);
        Assert.InRange(shifts.Max(), 9, 10.1f);
        float[] columns = [.. Enumerable.Range(0, 101 * 101).Select(index => (float)(index % 101))];
        var flipped = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            fixed (float* source = columns, result = target) augmentation.Apply(shape, source, result, null, random);
            if (target[50 * 101 + 60] < target[50 * 101 + 40]) flipped++;
        }
        Assert.InRange(flipped, 150, 250);
    }

    private static DenseDataset Cifar(int count)
    {
        var random = new RandomSource(9).Stream("cifar");
        var pixels = new NativeBuffer<byte>(count * 6L * 6 * 3);
        for (long index = 0; index < pixels.Length; index++) pixels[index] = (byte)random.NextUInt32();
        return new("images", pixels, 108, new int[count], 2) { ImageShape = new(6, 6, 3), Augmentation = new AffineAugmentation() };
    }

    private static float[] Resample(ImageShape shape, float[] image, double angle, double shiftY, double shiftX, bool flip)
    {
        var target = new float[image.Length];
        fixed (float* source = image, result = target) AffineAugmentation.Resample(shape, source, result, angle, shiftY, shiftX, flip);
        return target;
    }

    private static double Bilinear(float[] image, ImageShape shape, int channel, double y, double x)
    {
        y = Math.Clamp(y, 0, shape.Height - 1);
        x = Math.Clamp(x, 0, shape.Width - 1);
        int top = (int)y, left = (int)x, bottom = Math.Min(top + 1, shape.Height - 1), right = Math.Min(left + 1, shape.Width - 1);
        double Pixel(int row, int column) => image[(channel * shape.Height + row) * shape.Width + column];
        return (Pixel(top, left) * (1 - x + left) + Pixel(top, right) * (x - left)) * (1 - y + top)
            + (Pixel(bottom, left) * (1 - x + left) + Pixel(bottom, right) * (x - left)) * (y - top);
    }

    private static float At(float[] image, int channel, int y, int x) => image[channel * 25 + y * 5 + x];

    private static float[] Map(Func<int, int, int, float> value) =>
        [.. Enumerable.Range(0, 50).Select(index => value(index / 25, index % 25 / 5, index % 5))];
}
