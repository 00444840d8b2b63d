using System.Numerics;
using System.Runtime.InteropServices;
using ActorSparse.Model.Numerics;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Protocol;

/// <summary>100,000 values of a layer packed for the wire, and read again, beside a copy of their bytes.</summary>
public class ExponentPackingBenchmark
{
    private const int Count = 100_000;

    private readonly float[] _values = new float[Count];
    private readonly ushort[] _rounded = new ushort[Count];
    private readonly byte[] _copy = new byte[Count * sizeof(float)];
    private readonly byte[] _packed = new byte[Count * sizeof(float)];
    private readonly List<Range> _blocks = [];

    [Params(FloatFormat.Full, FloatFormat.Bf16, FloatFormat.Fp16)]
    public FloatFormat Format { get; set; }

    [GlobalSetup]
    public void Create()
    {
        var random = new RandomSource(1).Stream("values");
        foreach (ref var value in _values.AsSpan()) value = (float)random.NextGaussian() * 0.05f;
        if (Format != FloatFormat.Full) HalfPrecision.Narrow(Format, _values, HalfPrecision.Scale(Format, _values), _rounded);
        Pack();
    }

    [Benchmark(Baseline = true)]
    public void Copy()
    {
        if (Format == FloatFormat.Full) MemoryMarshal.AsBytes(_values.AsSpan()).CopyTo(_copy);
        else MemoryMarshal.AsBytes(_rounded.AsSpan()).CopyTo(_copy);
    }

    [Benchmark]
    public int Pack() =>
        Format == FloatFormat.Full ? Pack<uint>(MemoryMarshal.Cast<float, uint>(_values)) : Pack<ushort>(_rounded);

    [Benchmark]
    public bool Unpack() =>
        Format == FloatFormat.Full ? Unpack(MemoryMarshal.Cast<float, uint>(_values.AsSpan())) : Unpack<ushort>(_rounded);

    private int Pack<T>(ReadOnlySpan<T> numbers) where T : unmanaged, IBinaryInteger<T>
    {
        _blocks.Clear();
        var end = 0;
        for (var start = 0; start < Count; start += ExponentPacking.BlockLength)
        {
            var block = numbers[start..Math.Min(start + ExponentPacking.BlockLength, Count)];
            var length = ExponentPacking.Pack(Format, block, _packed.AsSpan(end));
            _blocks.Add(end..(end + length));
            end += length;
        }
        return end;
    }

    private bool Unpack<T>(Span<T> numbers) where T : unmanaged, IBinaryInteger<T>
    {
        var isWhole = true;
        for (var index = 0; index < _blocks.Count; index++)
        {
            var start = index * ExponentPacking.BlockLength;
            var block = numbers[start..Math.Min(start + ExponentPacking.BlockLength, Count)];
            isWhole &= ExponentPacking.TryUnpack(Format, _packed.AsSpan(_blocks[index]), block);
        }
        return isWhole;
    }
}
