using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <content>The products, each a pass over connections for one tile of the batch.</content>
internal abstract unsafe partial class VectorKernels<TIsa, TVector>
{
    // Connections from the one at work to the one whose samples are asked for. The first line of a tile is enough: the hardware goes on
    // from there, and asking for all of them costs more than it gains (docs/performance.md).
    private const int PrefetchDistance = 12;

    private interface ITilePass
    {
        void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>;
    }

    private readonly struct ForwardPass<TFormat>(
        SparseBlock weights, DenseBlock biases, Samples<TFormat> input, ActivationMatrix output, int first, int end) : ITilePass
        where TFormat : struct, ISampleFormat
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
            float* values = weights.Values.Pointer, bias = biases.Values.Pointer;
            float* x = input.At(sample), z = output.Pointer + sample;
            nint stride = input.Stride, outputStride = output.Stride, last = weights.Topology.ConnectionCount - 1;
            for (nint row = first; row < end; row++)
            {
                var tile = TTile.Create(TIsa.Create(bias[row]));
                nint rowEnd = starts[row + 1];
                for (nint position = starts[row]; position < rowEnd; position++)
                {
                    Prefetch(x + columns[Math.Min(position + PrefetchDistance, last)] * stride);
                    tile = TFormat.MultiplyAdd(TIsa.Create(values[position]), x + columns[position] * stride, tile);
                }
                TTile.Store(z + row * outputStride, tile);
            }
        }
    }

    private readonly struct TransposedPass(
        SparseBlock weights, TransposedIndex index, ActivationMatrix delta, ActivationMatrix inputDelta, int first, int end) : ITilePass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = index.ColumnStarts, rows = index.Rows, positions = index.Positions;
            float* values = weights.Values.Pointer, dz = delta.Pointer + sample, dx = inputDelta.Pointer + sample;
            nint stride = delta.Stride, inputStride = inputDelta.Stride, last = weights.Topology.ConnectionCount - 1;
            for (nint column = first; column < end; column++)
            {
                var tile = TTile.Create(TIsa.Zero);
                nint columnEnd = starts[column + 1];
                for (nint entry = starts[column]; entry < columnEnd; entry++)
                {
                    Prefetch(dz + rows[Math.Min(entry + PrefetchDistance, last)] * stride);
                    tile = TTile.MultiplyAdd(TIsa.Create(values[positions[entry]]), dz + rows[entry] * stride, tile);
                }
                TTile.Store(dx + column * inputStride, tile);
            }
        }
    }

    private readonly struct GradientPass<TFormat>(
        Topology topology, Samples<TFormat> input, Samples<TFormat> delta, float* gradients, int first, int end) : ITilePass
        where TFormat : struct, ISampleFormat
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = topology.RowStarts, columns = topology.Columns;
            float* x = input.At(sample), dz = delta.At(sample), target = gradients;
            nint stride = input.Stride, deltaStride = delta.Stride, last = topology.ConnectionCount - 1;
            for (nint row = first; row < end; row++)
            {
                var tile = TFormat.Load<TTile>(dz + row * deltaStride);
                nint position = starts[row], rowEnd = starts[row + 1];
                for (; position + 4 <= rowEnd; position += 4)
                {
                    for (var ahead = PrefetchDistance; ahead < PrefetchDistance + 4; ahead++)
                        Prefetch(x + columns[Math.Min(position + ahead, last)] * stride);
                    var sums = TIsa.Sums(
                        TFormat.Dot(x + columns[position] * stride, tile),
                        TFormat.Dot(x + columns[position + 1] * stride, tile),
                        TFormat.Dot(x + columns[position + 2] * stride, tile),
                        TFormat.Dot(x + columns[position + 3] * stride, tile));
                    if (sample > 0) sums += Vector128.Load(target + position);
                    sums.Store(target + position);
                }
                for (; position < rowEnd; position++) AddSum(target + position, TFormat.Dot(x + columns[position] * stride, tile), sample);
            }
        }
    }

    // Where the values of connections and their gradients are while columns are walked.
    private interface IColumnOrder
    {
        TVector Value(nint entry);

        float* Gradient(nint entry);

        // The gradients of four connections, added to what is there or in its place.
        void Put(nint entry, Vector128<float> sums, bool isAdded);
    }

    // In the topology's order: here and there.
    private readonly struct RowMajor(float* values, float* gradients, int* positions) : IColumnOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value(nint entry) => TIsa.Create(values[positions[entry]]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Gradient(nint entry) => gradients + positions[entry];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Put(nint entry, Vector128<float> sums, bool isAdded)
        {
            float* first = Gradient(entry), second = Gradient(entry + 1), third = Gradient(entry + 2), fourth = Gradient(entry + 3);
            if (isAdded) sums += Vector128.Create(*first, *second, *third, *fourth);
            (*first, *second, *third, *fourth) = (sums[0], sums[1], sums[2], sums[3]);
        }
    }

    // In the order of the walk: one after the other.
    private readonly struct ColumnMajor(float* values, float* gradients) : IColumnOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value(nint entry) => TIsa.Create(values[entry]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Gradient(nint entry) => gradients + entry;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Put(nint entry, Vector128<float> sums, bool isAdded)
        {
            if (isAdded) sums += Vector128.Load(gradients + entry);
            sums.Store(gradients + entry);
        }
    }

    // Both gradients by columns. More than one walk over the connections is faster along copies in the order of columns.
    private static void RunColumns<TFormat>(
        SparseBlock weights, TransposedIndex index, Samples<TFormat> input, Samples<TFormat> delta, ActivationMatrix inputDelta,
        float* gradients, int first, int end, int batch)
        where TFormat : struct, ISampleFormat
    {
        float* values = weights.Values.Pointer;
        var positions = index.Positions;
        if (batch <= MostGradientVectors * TIsa.Count)
        {
            Run(
                new ColumnPass<TFormat, RowMajor>(new(values, gradients, positions), index, input, delta, inputDelta, first, end), batch,
                MostGradientVectors);
            return;
        }
        float* ordered = index.Values, sums = index.Gradients;
        nint start = index.ColumnStarts[first], stop = index.ColumnStarts[end];
        for (var entry = start; entry < stop; entry++) ordered[entry] = values[positions[entry]];
        Run(
            new ColumnPass<TFormat, ColumnMajor>(new(ordered, sums), index, input, delta, inputDelta, first, end), batch,
            MostGradientVectors);
        for (var entry = start; entry < stop; entry++) gradients[positions[entry]] = sums[entry];
    }

    // The samples of the column's neuron and the gradient by them are in registers, so that each gradient by an output is gathered once.
    private readonly struct ColumnPass<TFormat, TOrder>(
        TOrder order, TransposedIndex index, Samples<TFormat> input, Samples<TFormat> delta, ActivationMatrix inputDelta, int first, int end)
        : ITilePass
        where TFormat : struct, ISampleFormat
        where TOrder : struct, IColumnOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = index.ColumnStarts, rows = index.Rows;
            float* x = input.At(sample), dz = delta.At(sample), dx = inputDelta.Pointer + sample;
            nint stride = input.Stride, deltaStride = delta.Stride, last = index.Count - 1;
            var connections = order;
            for (nint column = first; column < end; column++)
            {
                var own = TFormat.Load<TTile>(x + column * stride);
                var tile = TTile.Create(TIsa.Zero);
                nint entry = starts[column], columnEnd = starts[column + 1];
                for (; entry + 4 <= columnEnd; entry += 4)
                {
                    for (var ahead = PrefetchDistance; ahead < PrefetchDistance + 4; ahead++)
                        Prefetch(dz + rows[Math.Min(entry + ahead, last)] * deltaStride);
                    var error = TFormat.Load<TTile>(dz + rows[entry] * deltaStride);
                    tile = TTile.MultiplyAdd(connections.Value(entry), error, tile);
                    var ofFirst = TTile.Dot(own, error);
                    error = TFormat.Load<TTile>(dz + rows[entry + 1] * deltaStride);
                    tile = TTile.MultiplyAdd(connections.Value(entry + 1), error, tile);
                    var ofSecond = TTile.Dot(own, error);
                    error = TFormat.Load<TTile>(dz + rows[entry + 2] * deltaStride);
                    tile = TTile.MultiplyAdd(connections.Value(entry + 2), error, tile);
                    var ofThird = TTile.Dot(own, error);
                    error = TFormat.Load<TTile>(dz + rows[entry + 3] * deltaStride);
                    tile = TTile.MultiplyAdd(connections.Value(entry + 3), error, tile);
                    connections.Put(entry, TIsa.Sums(ofFirst, ofSecond, ofThird, TTile.Dot(own, error)), isAdded: sample > 0);
                }
                for (; entry < columnEnd; entry++)
                {
                    var error = TFormat.Load<TTile>(dz + rows[entry] * deltaStride);
                    tile = TTile.MultiplyAdd(connections.Value(entry), error, tile);
                    AddSum(connections.Gradient(entry), TTile.Dot(own, error), sample);
                }
                TTile.Store(dx + column * inputDelta.Stride, tile);
            }
        }
    }

    private readonly struct FusedPass(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients,
        int first, int end) : ITilePass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
            var values = weights.Values.Pointer;
            float* x = input.Pointer + sample, dz = delta.Pointer + sample, dx = inputDelta.Pointer + sample, target = gradients;
            nint stride = input.Stride, rows = weights.Topology.OutputCount;
            var isWhole = first == 0 && end == weights.Topology.InputCount;
            for (nint row = 0; row < rows; row++)
            {
                var (position, rowEnd) = (starts[row], starts[row + 1]);
                if (!isWhole)
                {
                    position = LowerBound(columns, position, rowEnd, first);
                    rowEnd = LowerBound(columns, position, rowEnd, end);
                }
                if (position == rowEnd) continue;
                var tile = TTile.Load(dz + row * stride);
                for (nint current = position; current < rowEnd; current++)
                {
                    var offset = columns[current] * stride;
                    TTile.AddTo(dx + offset, TIsa.Create(values[current]), tile);
                    AddSum(target + current, TTile.Dot(x + offset, tile), sample);
                }
            }
        }
    }

    // Sums one at a time are rounded as four at a time are. The first tile of a batch begins the sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSum(float* target, TVector products, int sample)
    {
        var sum = TIsa.Sums(products, TIsa.Zero, TIsa.Zero, TIsa.Zero).ToScalar();
        *target = sample > 0 ? *target + sum : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* tile)
    {
        if (Sse.IsSupported) Sse.Prefetch0(tile);
    }
}
