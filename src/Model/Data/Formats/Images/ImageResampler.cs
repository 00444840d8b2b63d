namespace ActorSparse.Model.Data.Formats.Images;

/// <summary>
/// Resamples planes of bytes with the cubic filter of Keys ("Cubic convolution interpolation", 1981; a = -0.5), as wide as it must be for
/// shrinking, so that no detail folds over; as Pillow's BICUBIC. Not by the image library: nodes of a cluster must get the same bits,
/// whatever their processors' vectors are. One caller at a time.
/// </summary>
internal sealed class ImageResampler
{
    private const double Support = 2;
    private Axis _rows = new(0, 0), _columns = new(0, 0);
    private float[] _between = [];

    /// <summary>Fills <paramref name="target"/>, of <paramref name="targetSize"/>, from <paramref name="source"/>, both row by row.</summary>
    internal void Resample(ReadOnlySpan<byte> source, ImageSize sourceSize, Span<byte> target, ImageSize targetSize)
    {
        if (!_rows.Is(sourceSize.Height, targetSize.Height)) _rows = new(sourceSize.Height, targetSize.Height);
        if (!_columns.Is(sourceSize.Width, targetSize.Width)) _columns = new(sourceSize.Width, targetSize.Width);
        var width = targetSize.Width;
        var length = checked(sourceSize.Height * width);
        if (_between.Length < length) _between = new float[length];
        for (var y = 0; y < sourceSize.Height; y++)
        {
            var row = source.Slice(y * sourceSize.Width, sourceSize.Width);
            for (var x = 0; x < width; x++)
            {
                var weights = _columns.Weights[x];
                var from = row[_columns.Starts[x]..];
                var sum = 0f;
                for (var tap = 0; tap < weights.Length; tap++) sum += weights[tap] * from[tap];
                _between[y * width + x] = sum;
            }
        }
        for (var y = 0; y < targetSize.Height; y++)
        {
            var weights = _rows.Weights[y];
            var from = _between.AsSpan(_rows.Starts[y] * width);
            for (var x = 0; x < width; x++)
            {
                var sum = 0f;
                for (var tap = 0; tap < weights.Length; tap++) sum += weights[tap] * from[tap * width + x];
                target[y * width + x] = (byte)Math.Clamp(MathF.Round(sum), 0, 255);
            }
        }
    }

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    /// <summary>For each target position the first source position that counts, and how much it and the next ones do.</summary>
    private sealed class Axis
    {
        private readonly int _source;

        internal Axis(int source, int target)
        {
            _source = source;
            Starts = new int[target];
            Weights = new float[target][];
            var ratio = (double)source / target;
            var scale = Math.Max(1, ratio);
            for (var index = 0; index < target; index++)
            {
                var centre = (index + 0.5) * ratio;
                Starts[index] = Math.Max(0, (int)(centre - Support * scale + 0.5));
                var end = Math.Min(source, (int)(centre + Support * scale + 0.5));
                var weights = new double[end - Starts[index]];
                for (var tap = 0; tap < weights.Length; tap++) weights[tap] = Cubic((Starts[index] + tap + 0.5 - centre) / scale);
                var sum = weights.Sum();
                Weights[index] = [.. weights.Select(weight => (float)(weight / sum))];
            }
        }

        internal int[] Starts { get; }

        internal float[][] Weights { get; }

        internal bool Is(int source, int target) => _source == source && Starts.Length == target;
    }
}
