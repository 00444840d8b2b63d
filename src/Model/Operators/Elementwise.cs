using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators;

/// <summary>
/// Functions of single numbers over whole matrices, on all threads. Neurons and lanes make no difference, so the memory is one array; what
/// is in the lanes beyond the batch is computed with the rest.
/// </summary>
internal static unsafe class Elementwise
{
    // Threads share whole cache lines.
    private const int FloatsPerLine = NativeBuffer<float>.AlignmentBytes / sizeof(float);

    /// <summary>target = map(a, b), number by number; the target may be one of the two.</summary>
    internal static void Run<TMap>(OperatorPass pass, TMap map, ActivationMatrix target, ActivationMatrix a, ActivationMatrix b)
        where TMap : struct, IElementMap
    {
        var count = target.Floats;
        pass.Run((pass.Kernels, map, target, a, b, count), (count + FloatsPerLine - 1) / FloatsPerLine, static (all, first, end) =>
        {
            var (start, length) = (first * FloatsPerLine, Math.Min(end * FloatsPerLine, all.count) - first * FloatsPerLine);
            all.Kernels.Dispatch(
                new MapPass<TMap>(all.map, all.target.Pointer + start, all.a.Pointer + start, all.b.Pointer + start, length));
        });
    }

    /// <summary>Copies a matrix of the same shape.</summary>
    internal static void Copy(OperatorPass pass, ActivationMatrix source, ActivationMatrix target) =>
        Copy(pass, source, 0, target, 0, source.Neurons);

    /// <summary>Copies so many neurons from a place in one matrix to a place in another of the same stride.</summary>
    internal static void Copy(
        OperatorPass pass, ActivationMatrix source, int sourceFirst, ActivationMatrix target, int targetFirst, int neurons)
    {
        if (source.IsGrouped)
        {
            var (sources, targets) = (source.PartsWith(target), target.PartsWith(source));
            for (var group = 0; group < sources.Count; group++)
                Copy(pass, sources[group], sourceFirst, targets[group], targetFirst, neurons);
            return;
        }
        pass.Run((source, sourceFirst, target, targetFirst), neurons, static (all, first, end) =>
        {
            var (bytes, stride) = ((end - first) * all.source.Stride * sizeof(float), all.source.Stride);
            var from = all.source.Pointer + (all.sourceFirst + first) * stride;
            Buffer.MemoryCopy(from, all.target.Pointer + (all.targetFirst + first) * stride, bytes, bytes);
        });
    }

    private readonly struct MapPass<TMap>(TMap map, float* target, float* a, float* b, long count) : IVectorPass
        where TMap : struct, IElementMap
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var own = map;
            float* to = target, left = a, right = b;
            nint index = 0, whole = (nint)(count / TIsa.Count * TIsa.Count);
            for (; index < whole; index += TIsa.Count)
                TIsa.Store(to + index, own.Apply<TIsa, TVector>(TIsa.Load(left + index), TIsa.Load(right + index)));
            var rest = (int)(count - index);
            if (rest == 0) return;
            // The same vector operations for the last few, or their rounding would differ from the others'.
            var buffer = stackalloc float[2 * TIsa.Count];
            var both = new Span<float>(buffer, 2 * TIsa.Count);
            both.Clear();
            new Span<float>(left + index, rest).CopyTo(both);
            new Span<float>(right + index, rest).CopyTo(both[TIsa.Count..]);
            TIsa.Store(buffer, own.Apply<TIsa, TVector>(TIsa.Load(buffer), TIsa.Load(buffer + TIsa.Count)));
            both[..rest].CopyTo(new Span<float>(to + index, rest));
        }
    }
}
