using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Data;

public sealed unsafe class CropAugmentationTests
{
    private static readonly ImageShape s_shape = new(3, 4, 2);
    private static readonly float[] s_image = [.. Enumerable.Range(1, 24)], s_means = [.. Enumerable.Range(1, 24).Select(index => -index)];

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 0, true)]
    [InlineData(1, -2, false)]
    [InlineData(-1, 3, true)]
    [InlineData(3, 0, false)]
    public void Pixels_move_and_what_moves_in_is_the_mean(int shiftY, int shiftX, bool flip)
    {
        var target = new float[24];
        fixed (float* source = s_image, result = target, means = s_means) CropAugmentation.Crop(s_shape, source, result, means, shiftY, shiftX, flip);
        for (var index = 0; index < 24; index++)
        {
            int channel = index / 12, y = index % 12 / 4, x = index % 4;
            int fromY = y + shiftY, fromX = (flip ? 3 - x : x) + shiftX;
            var isInside = fromY is >= 0 and < 3 && fromX is >= 0 and < 4;
            Assert.Equal(isInside ? s_image[channel * 12 + fromY * 4 + fromX] : s_means[index], target[index]);
        }
    }

    [Fact]
    public void Shifts_and_flips_are_uniform()
    {
        // Each pixel has a value of its own, so that the middle one shows where it came from.
        var shape = new ImageShape(9, 9);
        float[] image = [.. Enumerable.Range(0, 81)], target = new float[81], means = new float[81];
        var random = new RandomSource(4).Stream("crop");
        var augmentation = new CropAugmentation(Padding: 2);
        var shifts = new int[5, 5];
        var flips = 0;
        const int Trials = 5000;
        for (var trial = 0; trial < Trials; trial++)
        {
            fixed (float* source = image, result = target, zeros = means) augmentation.Apply(shape, source, result, zeros, random);
            var middle = (int)target[40];
            shifts[middle / 9 - 2, middle % 9 - 2]++;
            if (target[41] < target[40]) flips++;
        }
        foreach (var count in shifts) Assert.InRange(count, 140, 260); // 200 with a deviation of 14
        Assert.InRange(flips, 2350, 2650);
        for (var trial = 0; trial < 50; trial++)
        {
            fixed (float* source = image, result = target, zeros = means)
                (augmentation with { HorizontalFlips = false }).Apply(shape, source, result, zeros, random);
            Assert.Equal(target[40] + 1, target[41]);
        }
    }

    [Fact]
    public void What_moves_in_is_zero_once_standardised()
    {
        var random = new RandomSource(9).Stream("pixels");
        var pixels = new NativeBuffer<byte>(50 * 24);
        for (long index = 0; index < pixels.Length; index++) pixels[index] = (byte)random.NextUInt32();
        using var dataset = new DenseDataset("images", pixels, 24, new int[50], 2) { ImageShape = s_shape, Augmentation = new CropAugmentation(8) };
        dataset.Standardize(Standardization.Measure(dataset));
        using ActivationMatrix varied = new(24, 50), plain = new(24, 50);
        var samples = Enumerable.Range(0, 50).ToArray();
        dataset.FillBatch(samples, varied, new RandomSource(1));
        dataset.FillBatch(samples, plain);
        // A shift of 8 empties an image of 3 x 4 nearly always.
        var zeros = Enumerable.Range(0, 24).Sum(feature => varied.Row(feature).Count(0f));
        Assert.InRange(zeros, 24 * 50 / 2, 24 * 50 - 1);
        Assert.Equal(0, Enumerable.Range(0, 24).Sum(feature => plain.Row(feature).Count(0f)));
    }
}
