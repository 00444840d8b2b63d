using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Convolution;

/// <content>The products: tile by tile, block by block, run by run.</content>
internal sealed unsafe partial class VectorConvolution<TIsa, TVector, TTile, TBack>
{
    // A part of the output, or of the gradient by the input: a sum over connections for every position.
    private void GatherItems<T>(
        TilePlan plan, ConnectionRuns runs, float* values, float* biases, ActivationMatrix source, ActivationMatrix target, float* copy,
        long first, long end, int member, bool isAdded)
        where T : struct, IPositionTile<T, TVector>
    {
        var edge = _edges[member].Pointer;
        for (var work = first; work < end; work++)
        {
            var (item, part) = Math.DivRem(work, runs.Parts);
            for (var block = 0; block < runs.Blocks; block++)
            {
                var segment = part * runs.Blocks + block;
                Run* run = runs.Runs + runs.SegmentStarts[segment], runEnd = runs.Runs + runs.SegmentStarts[segment + 1];
                if (run == runEnd) continue;
                FillCopy(plan, item, source, block * runs.BlockChannels, runs.BlockChannels, copy);
                for (var tile = 0; tile < TilesOf(plan, item); tile++)
                {
                    GatherTile<T>(
                        plan, new(plan, item, tile, target), run, runEnd, runs.Offsets, values, biases, copy, target, edge,
                        isFirst: block == 0 && !isAdded);
                }
            }
        }
    }

    // What a segment of the batch gives to the gradients of the connections of some runs and, if somebody wants it, the gradient by the
    // input, which takes all runs. The segment's first tile begins the sums.
    private void CorrelateSegment(
        ConnectionRuns runs, long firstRun, long endRun, in SegmentSums sums, int segment, ActivationMatrix input, ActivationMatrix delta,
        ActivationMatrix? inputDelta, int member, bool isAdded)
    {
        float* edge = _edges[member].Pointer, copy = _backwardCopies[member].Pointer, gradients = sums.Of(segment);
        var plan = _backwardPlan;
        var (firstBlock, endBlock) = sums.Blocks(segment);
        for (var item = firstBlock * plan.Strips; item < endBlock * plan.Strips; item++)
        {
            for (var block = 0; block < runs.Parts * runs.Blocks; block++)
            {
                var (low, high) = (Math.Max(firstRun, runs.SegmentStarts[block]), Math.Min(endRun, runs.SegmentStarts[block + 1]));
                if (low >= high) continue;
                Run* run = runs.Runs + low, end = runs.Runs + high;
                FillCopy(plan, item, delta, block % runs.Blocks * runs.BlockChannels, runs.BlockChannels, copy);
                for (var tile = 0; tile < TilesOf(plan, item); tile++)
                {
                    CorrelateTile(
                        plan, new(plan, item, tile, input), new(plan, item, tile, inputDelta ?? input), run, end, runs.Offsets, copy,
                        input, inputDelta, edge, gradients,
                        isFirst: block % runs.Blocks == 0 && !isAdded, begins: item == firstBlock * plan.Strips && tile == 0);
                }
            }
        }
    }

    // Gradients by connections are sums over the batch: some blocks of samples, which are a vector each, have a sum of their own, so that
    // threads can share the batch. How many there are depends on the batch alone.
    private readonly struct SegmentSums
    {
        private const int Most = 16;

        private readonly long _blocks;
        private readonly ConnectionRuns _runs;
        private readonly float* _parts, _gradients;

        internal SegmentSums(VectorConvolution<TIsa, TVector, TTile, TBack> kernels, int batch, ConnectionRuns runs, float* gradients)
        {
            (Segments, _blocks, _runs) = (CountOf(batch), BlocksOf(batch), runs);
            _gradients = gradients;
            var length = (long)Segments * runs.ConnectionCount;
            if (kernels._segments.Length < length)
            {
                kernels._segments.Dispose();
                kernels._segments = new(length, zeroed: false);
            }
            _parts = kernels._segments.Pointer;
        }

        internal int Segments { get; }

        internal long Connections => _runs.ConnectionCount;

        internal static int CountOf(int batch) => Math.Min(Most, BlocksOf(batch));

        internal (long First, long End) Blocks(int segment) => (_blocks * segment / Segments, _blocks * (segment + 1) / Segments);

        // Where the sums of a segment go, in the order of the runs.
        internal float* Of(int segment) => _parts + segment * Connections;

        internal void Add(long first, long end)
        {
            var positions = _runs.Positions;
            for (var connection = first; connection < end; connection++)
            {
                var sum = _parts[connection];
                for (var segment = 1; segment < Segments; segment++) sum += _parts[segment * Connections + connection];
                _gradients[positions[connection]] = sum;
            }
        }

        private static int BlocksOf(int batch) => (batch + TIsa.Count - 1) / TIsa.Count;
    }

    // Strips of all blocks of samples.
    private static long Items(TilePlan plan, int batch) => (long)plan.Strips * ((batch + TIsa.Count - 1) / TIsa.Count);

    private static int TilesOf(TilePlan plan, long item) =>
        Math.Min(plan.StripTiles, plan.TilesDown - (int)(item % plan.Strips) * plan.StripTiles) * plan.TilesAcross;

    // A tile that hangs over an edge is computed outside, run by run: the loops over connections know whole tiles only, and have no calls,
    // before which the compiler would empty registers.
    private static void GatherTile<T>(
        TilePlan plan, in TilePlace place, Run* run, Run* end, int* offsets, float* values, float* biases, float* copy,
        ActivationMatrix target, float* edge, bool isFirst)
        where T : struct, IPositionTile<T, TVector>
    {
        var source = copy + place.SourceOffset;
        if (place.IsWhole)
        {
            Gather<T>(plan, place.Lanes, new(plan, place, target), run, end, offsets, values, biases, source, isFirst);
            return;
        }
        for (; run < end; run++)
        {
            if (!isFirst) LoadEdge(plan, place, *run, target, edge);
            Gather<T>(plan, place.Lanes, new(plan, edge), run, run + 1, offsets, values, biases, source, isFirst);
            StoreEdge(plan, place, *run, target, edge);
        }
    }

    // The same for gradients by connections and, if somebody wants it, the gradient by the input.
    private void CorrelateTile(
        TilePlan plan, in TilePlace place, in TilePlace targetPlace, Run* run, Run* end, int* offsets, float* copy, ActivationMatrix input,
        ActivationMatrix? inputDelta, float* edge, float* gradients, bool isFirst, bool begins)
    {
        float* source = copy + place.SourceOffset, values = inputDelta is null ? null : _ordered!.Pointer;
        if (place.IsWhole)
        {
            TileAccess own = new(plan, place, input), target = new(plan, targetPlace, inputDelta ?? input);
            if (inputDelta is null) Correlate(plan, own, run, end, offsets, source, gradients, begins);
            else GatherAndCorrelate(plan, own, target, run, end, offsets, values, source, gradients, isFirst, begins);
            return;
        }
        var targetEdge = edge + plan.Rows * plan.Columns * TIsa.Count;
        for (; run < end; run++)
        {
            LoadEdge(plan, place, *run, input, edge);
            if (inputDelta is null)
            {
                Correlate(plan, new(plan, edge), run, run + 1, offsets, source, gradients, begins);
                continue;
            }
            if (!isFirst) LoadEdge(plan, targetPlace, *run, inputDelta, targetEdge);
            GatherAndCorrelate(
                plan, new(plan, edge), new(plan, targetEdge), run, run + 1, offsets, values, source, gradients, isFirst, begins);
            StoreEdge(plan, targetPlace, *run, inputDelta, targetEdge);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<T>(
        TilePlan plan, uint lanes, in TileAccess target, Run* run, Run* end, int* offsets, float* values, float* biases, float* source,
        bool isFirst)
        where T : struct, IPositionTile<T, TVector>
    {
        var sourceQuads = plan.SourceQuads;
        var (step, quads) = (target.Step, target.Quads);
        for (; run < end; run++)
        {
            var position = target.Of(run);
            var tile = isFirst
                ? T.Create(biases is null ? TIsa.Zero : TIsa.Select(lanes, TIsa.Create(biases[run->Row]), TIsa.Zero))
                : T.Load(position, step, quads);
            // What the next run loads and stores: a row is as far away as a channel.
            T.Prefetch(target.Of(run + 1), step, quads);
            nint connectionEnd = run->End;
            for (nint connection = run->Start; connection < connectionEnd; connection++)
                tile = T.MultiplyAdd(TIsa.Create(values[connection]), source + offsets[connection], sourceQuads, tile);
            T.Store(position, step, quads, tile);
        }
    }

    // Both products with what a connection sees, which is loaded once: its gradient, with the input, and its part in the gradient by that.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherAndCorrelate(
        TilePlan plan, in TileAccess input, in TileAccess target, Run* run, Run* end, int* offsets, float* values, float* source,
        float* gradients, bool isFirst, bool begins)
    {
        var sourceQuads = plan.SourceQuads;
        var first = run;
        for (; run < end; run++)
        {
            TBack.Prefetch(input.Ahead(run, first, end), input.Step, input.Quads);
            TBack.Prefetch(target.Ahead(run, first, end), target.Step, target.Quads);
            var own = TBack.Load(input.Of(run), input.Step, input.Quads);
            var tile = isFirst ? TBack.Create(TIsa.Zero) : TBack.Load(target.Of(run), target.Step, target.Quads);
            nint connection = run->Start, connectionEnd = run->End;
            for (; connection + 4 <= connectionEnd; connection += 4)
            {
                var sums = TIsa.Sums(
                    GatherAndDot(values + connection, source + offsets[connection], sourceQuads, own, ref tile),
                    GatherAndDot(values + connection + 1, source + offsets[connection + 1], sourceQuads, own, ref tile),
                    GatherAndDot(values + connection + 2, source + offsets[connection + 2], sourceQuads, own, ref tile),
                    GatherAndDot(values + connection + 3, source + offsets[connection + 3], sourceQuads, own, ref tile));
                if (!begins) sums += Vector128.Load(gradients + connection);
                Vector128.Store(sums, gradients + connection);
            }
            if (connection < connectionEnd)
            {
                var rest = (int)(connectionEnd - connection);
                var last = TIsa.Sums(
                    GatherAndDot(values + connection, source + offsets[connection], sourceQuads, own, ref tile),
                    rest > 1
                        ? GatherAndDot(values + connection + 1, source + offsets[connection + 1], sourceQuads, own, ref tile) : TIsa.Zero,
                    rest > 2
                        ? GatherAndDot(values + connection + 2, source + offsets[connection + 2], sourceQuads, own, ref tile) : TIsa.Zero,
                    TIsa.Zero);
                AddRest(gradients + connection, last, rest, begins);
            }
            TBack.Store(target.Of(run), target.Step, target.Quads, tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector GatherAndDot(float* value, float* x, QuadOffsets quads, in TBack own, ref TBack tile)
    {
        var seen = TBack.Load(x, TIsa.Count, quads);
        tile = TBack.MultiplyAdd(TIsa.Create(*value), seen, tile);
        return TBack.Dot(seen, own);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Correlate(
        TilePlan plan, in TileAccess input, Run* run, Run* end, int* offsets, float* source, float* gradients, bool begins)
    {
        var sourceQuads = plan.SourceQuads;
        var first = run;
        for (; run < end; run++)
        {
            nint connection = run->Start, connectionEnd = run->End;
            if (connection == connectionEnd) continue;
            TBack.Prefetch(input.Ahead(run, first, end), input.Step, input.Quads);
            var own = TBack.Load(input.Of(run), input.Step, input.Quads);
            for (; connection + 4 <= connectionEnd; connection += 4)
            {
                var sums = TIsa.Sums(
                    Dot(source + offsets[connection], sourceQuads, own),
                    Dot(source + offsets[connection + 1], sourceQuads, own),
                    Dot(source + offsets[connection + 2], sourceQuads, own),
                    Dot(source + offsets[connection + 3], sourceQuads, own));
                if (!begins) sums += Vector128.Load(gradients + connection);
                Vector128.Store(sums, gradients + connection);
            }
            if (connection == connectionEnd) continue;
            var rest = (int)(connectionEnd - connection);
            var last = TIsa.Sums(
                Dot(source + offsets[connection], sourceQuads, own),
                rest > 1 ? Dot(source + offsets[connection + 1], sourceQuads, own) : TIsa.Zero,
                rest > 2 ? Dot(source + offsets[connection + 2], sourceQuads, own) : TIsa.Zero,
                TIsa.Zero);
            AddRest(gradients + connection, last, rest, begins);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Dot(float* x, QuadOffsets quads, in TBack own) => TBack.Dot(TBack.Load(x, TIsa.Count, quads), own);

    // Of one to three connections.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRest(float* gradients, Vector128<float> sums, int count, bool begins)
    {
        gradients[0] = begins ? sums[0] : sums[0] + gradients[0];
        if (count > 1) gradients[1] = begins ? sums[1] : sums[1] + gradients[1];
        if (count > 2) gradients[2] = begins ? sums[2] : sums[2] + gradients[2];
    }

    // What a strip can see of some channels: a plane after the other, with zeros where there is no pixel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillCopy(TilePlan plan, long item, ActivationMatrix source, int firstChannel, int channels, float* copy)
    {
        var grid = plan.Source;
        var (samples, strip) = Math.DivRem(item, plan.Strips);
        var lane = (int)samples * TIsa.Count;
        var (lanes, laneOffset) = (LanesFrom(lane, source.Batch), source.LaneOffset(lane));
        var (top, left) = ((int)strip * plan.StripTiles * plan.Rows - plan.Before, -plan.Before);
        nint stride = source.Stride, step = grid.Step * stride, columns = plan.PlaneColumns * TIsa.Count;
        for (var channel = firstChannel; channel < Math.Min(firstChannel + channels, grid.Channels); channel++)
        {
            for (var plane = 0; plane < grid.Planes; plane++, copy += plan.PlaneFloats)
            {
                var (phaseY, phaseX) = Math.DivRem(plane, grid.Phases);
                var (firstRow, endRow) = (grid.First(phaseY), grid.RowEnd(phaseY));
                var before = Math.Clamp(grid.First(phaseX) - left, 0, plan.PlaneColumns);
                var after = Math.Clamp(grid.ColumnEnd(phaseX) - left, before, plan.PlaneColumns);
                var pixel = source.Pointer + grid.Neuron(channel, phaseY, phaseX, top, left + before) * stride + laneOffset;
                var row = copy;
                for (var y = top; y < top + plan.PlaneRows; y++, pixel += step * grid.Width, row += columns)
                {
                    float* target = row + before * TIsa.Count, end = row + after * TIsa.Count, from = pixel;
                    if (y < firstRow || y >= endRow)
                    {
                        // The same rows of every copy if there is one strip only, and then zero already.
                        if (plan.Strips > 1) new Span<float>(target, (int)(end - target)).Clear();
                        continue;
                    }
                    if (lanes != uint.MaxValue)
                    {
                        for (; target < end; target += TIsa.Count, from += step)
                            TIsa.Store(target, TIsa.Select(lanes, TIsa.Load(from), TIsa.Zero));
                        continue;
                    }
                    for (; target + 4 * TIsa.Count <= end; target += 4 * TIsa.Count, from += 4 * step)
                        Quad<TIsa, TVector>.Load(from, step).Store(target, TIsa.Count);
                    for (; target < end; target += TIsa.Count, from += step) TIsa.Store(target, TIsa.Load(from));
                }
            }
        }
    }

    // A bit for each lane of a vector that belongs to the batch.
    private static uint LanesFrom(int lane, int batch) => batch - lane >= TIsa.Count ? uint.MaxValue : (1u << batch - lane) - 1;

    private static void LoadEdge(TilePlan plan, in TilePlace place, in Run run, ActivationMatrix matrix, float* edge)
    {
        nint stride = matrix.Stride;
        var position = matrix.Pointer + place.Offset + run.Origin * stride;
        for (var y = 0; y < plan.Rows; y++)
        {
            for (var x = 0; x < plan.Columns; x++, edge += TIsa.Count)
            {
                var pixel = position + (y * plan.Target.Width + x) * plan.Target.Step * stride;
                TIsa.Store(edge, place.IsInside(plan.Target, run.Row, y, x) ? TIsa.Load(pixel) : TIsa.Zero);
            }
        }
    }

    private static void StoreEdge(TilePlan plan, in TilePlace place, in Run run, ActivationMatrix matrix, float* edge)
    {
        nint stride = matrix.Stride;
        var position = matrix.Pointer + place.Offset + run.Origin * stride;
        for (var y = 0; y < plan.Rows; y++)
        {
            for (var x = 0; x < plan.Columns; x++, edge += TIsa.Count)
            {
                if (place.IsInside(plan.Target, run.Row, y, x))
                    TIsa.Store(position + (y * plan.Target.Width + x) * plan.Target.Step * stride, TIsa.Load(edge));
            }
        }
    }

    // Where in image and batch a tile is.
    private readonly struct TilePlace
    {
        internal TilePlace(TilePlan plan, long item, int tile, ActivationMatrix target)
        {
            var (samples, strip) = Math.DivRem(item, plan.Strips);
            var (down, across) = Math.DivRem(tile, plan.TilesAcross);
            SourceOffset = (down * plan.Rows * plan.PlaneColumns + across * plan.Columns) * TIsa.Count;
            down += (int)strip * plan.StripTiles;
            var lane = (int)samples * TIsa.Count;
            Lanes = LanesFrom(lane, target.Batch);
            (Y, X) = (down * plan.Rows, across * plan.Columns);
            IsWhole = Y + plan.Rows <= plan.WholeRows && X + plan.Columns <= plan.WholeColumns;
            nint column = plan.Target.Step * target.Stride, row = plan.Target.Width * column;
            Offset = Y * row + X * column + target.LaneOffset(lane);
            ToNext = across + 1 < plan.TilesAcross ? plan.Columns * column : plan.Rows * row - X * column;
        }

        internal int Y { get; }

        internal int X { get; }

        // Which lanes of a vector belong to the batch.
        internal uint Lanes { get; }

        // Whether all positions are in the image, in all planes.
        internal bool IsWhole { get; }

        // From the first pixel of a plane to the tile, in floats.
        internal nint Offset { get; }

        // From the tile to the next one, which may be beyond the image, in floats.
        internal nint ToNext { get; }

        // From the copy to what the tile's first position sees of its first channel, in floats.
        internal nint SourceOffset { get; }

        internal bool IsInside(in PositionGrid grid, int row, int y, int x)
        {
            var (phaseY, phaseX) = Math.DivRem(row % grid.Planes, grid.Phases);
            return Y + y < grid.Rows(phaseY) && X + x < grid.Columns(phaseX);
        }
    }

    // Where a tile of every plane is: in a matrix, or, of one plane at a time, outside.
    private readonly struct TileAccess
    {
        private readonly float* _origin;
        private readonly nint _stride;
        private readonly nint _toNext;

        internal TileAccess(TilePlan plan, in TilePlace place, ActivationMatrix matrix)
        {
            _origin = matrix.Pointer + place.Offset;
            (_stride, _toNext) = (matrix.Stride, place.ToNext);
            Step = plan.Target.Step * _stride;
            Quads = plan.Quads(plan.Target.Width * Step, Step);
        }

        internal TileAccess(TilePlan plan, float* outside)
        {
            _origin = outside;
            Step = TIsa.Count;
            Quads = plan.Quads(plan.Columns * Step, Step);
        }

        // Floats between positions side by side.
        internal nint Step { get; }

        internal QuadOffsets Quads { get; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal float* Of(Run* run) => _origin + run->Origin * _stride;

        // The tile of some runs later, of the next place after the last run: memory takes longer to answer than a run takes.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal float* Ahead(Run* run, Run* first, Run* end)
        {
            var ahead = run + ConnectionRuns.RunsAfter;
            return ahead < end ? Of(ahead) : _toNext + Of(first + (ahead - end));
        }
    }
}
