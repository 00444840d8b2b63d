using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Products with one tile of samples: features in rows, <see cref="Lanes"/> samples in each, so that a feature of many samples is one
/// vector. Everything but the random gates is summed in double precision, in an order that does not depend on the processor: vectors of
/// four and fused multiplications everywhere. <c>lanes</c> is a multiple of <see cref="LaneStep"/>; features of lanes beyond the samples are 0.
/// </summary>
internal static unsafe class TileKernels
{
    /// <summary>Samples of a tile.</summary>
    internal const int Lanes = 256;

    /// <summary>Lanes are computed in steps of so many.</summary>
    internal const int LaneStep = 16;

    /// <summary>Bytes of the gates of one neuron for a tile, a bit a sample.</summary>
    internal const int GateBytes = Lanes / 8;

    /// <summary>Random generators come in groups of so many neurons.</summary>
    internal const int Quad = 4;

    /// <summary>target = sum over entries of value * feature, for each sample.</summary>
    public static void Combine(float* tile, int* features, double* values, int count, int lanes, double* target)
    {
        for (var lane = 0; lane < lanes; lane += LaneStep)
        {
            Vector256<double> a = default, b = default, c = default, d = default;
            for (var entry = 0; entry < count; entry++)
            {
                var row = tile + (long)features[entry] * Lanes + lane;
                var value = Vector256.Create(values[entry]);
                a = Vector256.FusedMultiplyAdd(Load(row), value, a);
                b = Vector256.FusedMultiplyAdd(Load(row + 4), value, b);
                c = Vector256.FusedMultiplyAdd(Load(row + 8), value, c);
                d = Vector256.FusedMultiplyAdd(Load(row + 12), value, d);
            }
            a.Store(target + lane);
            b.Store(target + lane + 4);
            c.Store(target + lane + 8);
            d.Store(target + lane + 12);
        }
    }

    /// <summary>A gate for each sample: set where the value is above 0.</summary>
    public static void Open(double* values, int lanes, byte* gates)
    {
        for (var lane = 0; lane < lanes; lane += 8)
        {
            var low = Vector256.GreaterThan(Vector256.Load(values + lane), default).ExtractMostSignificantBits();
            var high = Vector256.GreaterThan(Vector256.Load(values + lane + 4), default).ExtractMostSignificantBits();
            gates[lane / 8] = (byte)(low | (high << 4));
        }
    }

    /// <summary>target = source where the gate is open, 0 elsewhere.</summary>
    public static void Gate(double* source, byte* gates, int lanes, double* target)
    {
        for (var lane = 0; lane < lanes; lane += 8)
        {
            var bits = gates[lane / 8];
            (Vector256.Load(source + lane) & Mask(bits)).Store(target + lane);
            (Vector256.Load(source + lane + 4) & Mask(bits >> 4)).Store(target + lane + 4);
        }
    }

    /// <summary>target += source * factor where the gate is open.</summary>
    public static void AddGated(double* source, byte* gates, double factor, int lanes, double* target)
    {
        var factors = Vector256.Create(factor);
        for (var lane = 0; lane < lanes; lane += 8)
        {
            var bits = gates[lane / 8];
            var low = Vector256.Load(source + lane) & Mask(bits);
            var high = Vector256.Load(source + lane + 4) & Mask(bits >> 4);
            Vector256.FusedMultiplyAdd(low, factors, Vector256.Load(target + lane)).Store(target + lane);
            Vector256.FusedMultiplyAdd(high, factors, Vector256.Load(target + lane + 4)).Store(target + lane + 4);
        }
    }

    /// <summary>target += source * factor.</summary>
    public static void AddScaled(double* source, double factor, int lanes, double* target)
    {
        var factors = Vector256.Create(factor);
        for (var lane = 0; lane < lanes; lane += 4)
            Vector256.FusedMultiplyAdd(Vector256.Load(source + lane), factors, Vector256.Load(target + lane)).Store(target + lane);
    }

    /// <summary>The sum over samples of a value times a feature.</summary>
    public static double Dot(double* values, float* feature, int lanes)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        for (var lane = 0; lane < lanes; lane += LaneStep)
        {
            a = Vector256.FusedMultiplyAdd(Load(feature + lane), Vector256.Load(values + lane), a);
            b = Vector256.FusedMultiplyAdd(Load(feature + lane + 4), Vector256.Load(values + lane + 4), b);
            c = Vector256.FusedMultiplyAdd(Load(feature + lane + 8), Vector256.Load(values + lane + 8), c);
            d = Vector256.FusedMultiplyAdd(Load(feature + lane + 12), Vector256.Load(values + lane + 12), d);
        }
        return Sum(a + b + (c + d));
    }

    /// <summary>The sum over samples of the products of two values.</summary>
    public static double Dot(double* left, double* right, int lanes)
    {
        Vector256<double> a = default, b = default;
        for (var lane = 0; lane < lanes; lane += 8)
        {
            a = Vector256.FusedMultiplyAdd(Vector256.Load(left + lane), Vector256.Load(right + lane), a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(left + lane + 4), Vector256.Load(right + lane + 4), b);
        }
        return Sum(a + b);
    }

    /// <summary>
    /// sums[neuron * features + feature] += the sum over samples of the neuron's value times the feature: a block of a matrix product, four
    /// neurons by two features at a time.
    /// </summary>
    /// <param name="tile">The tile.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="values">Values, a row of <see cref="Lanes"/> for each neuron; there are rows for a multiple of four.</param>
    /// <param name="neurons">Number of neurons.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="sums">The sums.</param>
    public static void Correlate(float* tile, int features, double* values, int neurons, int lanes, double* sums)
    {
        var results = stackalloc double[2 * Quad];
        for (var feature = 0; feature < features; feature += 2)
        {
            var first = tile + (long)feature * Lanes;
            var hasSecond = feature + 1 < features;
            var second = hasSecond ? first + Lanes : first;
            for (var neuron = 0; neuron < neurons; neuron += Quad)
            {
                CorrelateQuad(first, second, values + (long)neuron * Lanes, lanes, results);
                for (var member = 0; member < Math.Min(Quad, neurons - neuron); member++)
                {
                    var sum = sums + (long)(neuron + member) * features + feature;
                    sum[0] += results[2 * member];
                    if (hasSecond) sum[1] += results[2 * member + 1];
                }
            }
        }
    }

    /// <summary>The gates of four neurons with dense generators, in single precision.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="features">Number of features.</param>
    /// <param name="generators">Generators: for every feature one number of each of the four.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="gates">The gates, <see cref="GateBytes"/> for each neuron.</param>
    public static void OpenQuad(float* tile, int features, float* generators, int lanes, byte* gates)
    {
        for (var lane = 0; lane < lanes; lane += LaneStep)
        {
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            var row = tile + lane;
            for (var feature = 0; feature < features; feature++, row += Lanes)
            {
                Vector256<float> low = Vector256.Load(row), high = Vector256.Load(row + 8);
                var generator = generators + Quad * (long)feature;
                var a = Vector256.Create(generator[0]);
                (a0, a1) = (Vector256.FusedMultiplyAdd(low, a, a0), Vector256.FusedMultiplyAdd(high, a, a1));
                var b = Vector256.Create(generator[1]);
                (b0, b1) = (Vector256.FusedMultiplyAdd(low, b, b0), Vector256.FusedMultiplyAdd(high, b, b1));
                var c = Vector256.Create(generator[2]);
                (c0, c1) = (Vector256.FusedMultiplyAdd(low, c, c0), Vector256.FusedMultiplyAdd(high, c, c1));
                var d = Vector256.Create(generator[3]);
                (d0, d1) = (Vector256.FusedMultiplyAdd(low, d, d0), Vector256.FusedMultiplyAdd(high, d, d1));
            }
            var gate = gates + lane / 8;
            (gate[0], gate[1]) = (Positive(a0), Positive(a1));
            (gate[GateBytes], gate[GateBytes + 1]) = (Positive(b0), Positive(b1));
            (gate[2 * GateBytes], gate[2 * GateBytes + 1]) = (Positive(c0), Positive(c1));
            (gate[3 * GateBytes], gate[3 * GateBytes + 1]) = (Positive(d0), Positive(d1));
        }
    }

    private static void CorrelateQuad(float* first, float* second, double* values, int lanes, double* results)
    {
        Vector256<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        double* a = values, b = values + Lanes, c = values + 2 * Lanes, d = values + 3 * Lanes;
        for (var lane = 0; lane < lanes; lane += 4)
        {
            Vector256<double> x = Load(first + lane), y = Load(second + lane);
            Vector256<double> va = Vector256.Load(a + lane), vb = Vector256.Load(b + lane);
            Vector256<double> vc = Vector256.Load(c + lane), vd = Vector256.Load(d + lane);
            a0 = Vector256.FusedMultiplyAdd(va, x, a0);
            a1 = Vector256.FusedMultiplyAdd(va, y, a1);
            b0 = Vector256.FusedMultiplyAdd(vb, x, b0);
            b1 = Vector256.FusedMultiplyAdd(vb, y, b1);
            c0 = Vector256.FusedMultiplyAdd(vc, x, c0);
            c1 = Vector256.FusedMultiplyAdd(vc, y, c1);
            d0 = Vector256.FusedMultiplyAdd(vd, x, d0);
            d1 = Vector256.FusedMultiplyAdd(vd, y, d1);
        }
        (results[0], results[1], results[2], results[3]) = (Sum(a0), Sum(a1), Sum(b0), Sum(b1));
        (results[4], results[5], results[6], results[7]) = (Sum(c0), Sum(c1), Sum(d0), Sum(d1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load(float* source) => Avx.IsSupported
        ? Avx.ConvertToVector256Double(Vector128.Load(source))
        : Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Mask(int bits)
    {
        var own = Vector256.Create(1L, 2, 4, 8);
        return Vector256.Equals(Vector256.Create((long)bits) & own, own).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Positive(Vector256<float> values) =>
        (byte)Vector256.GreaterThan(values, default).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(Vector256<double> vector) => vector[0] + vector[1] + (vector[2] + vector[3]);
}
