using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>Connections of one row (a plane of the target) that read the same block of source channels, one after the other.</summary>
/// <param name="Row">Plane of the target.</param>
/// <param name="Origin">Neuron of that plane's first pixel.</param>
/// <param name="Start">First connection.</param>
/// <param name="End">One beyond the last.</param>
internal readonly record struct Run(int Row, int Origin, int Start, int End);

/// <summary>
/// The connections of a topology in the order in which one product of a convolution takes them: rows in parts (for threads), source
/// channels in blocks whose window fits a cache, and for both the runs of connections, with the place in the window that each reads.
/// Memory is linear in connections and rows: empty runs are left out, but for the first block, where every row begins.
/// </summary>
internal sealed unsafe class ConnectionRuns : IDisposable
{
    /// <summary>Empty runs after the last, for those who look ahead.</summary>
    internal const int RunsAfter = 3;

    // A block of channels may grow beyond what the first-level cache holds for topologies so sparse that it would serve hardly a connection
    // of a row, up to so many bytes of their copy.
    private const int LargestCopyBytes = 1 << 20;
    private const int LeastMeanLength = 4;

    private readonly ulong _topologyId;
    private readonly int _columns;
    private readonly int _rows;
    private readonly NativeBuffer<int> _segmentStarts;
    private readonly NativeBuffer<Run> _runs;
    private readonly NativeBuffer<int> _offsets;
    private readonly NativeBuffer<int>? _positions;

    private ConnectionRuns(
        Topology topology, TilePlan plan, int parts, NativeBuffer<int> starts, NativeBuffer<int> channels,
        NativeBuffer<int> offsets, NativeBuffer<int>? positions)
    {
        (_topologyId, _columns, _rows) = (topology.Id, topology.InputCount, topology.OutputCount);
        (Parts, _offsets, _positions) = (parts, offsets, positions);
        var (rows, sources) = ((int)starts.Length - 1, plan.Source.Channels);
        BlockChannels = plan.WindowChannels;
        while (BlockChannels < sources && 2L * BlockChannels * plan.ChannelFloats * sizeof(float) <= LargestCopyBytes
            && (double)topology.ConnectionCount * BlockChannels < (double)LeastMeanLength * rows * sources) BlockChannels *= 2;
        Blocks = (sources + BlockChannels - 1) / BlockChannels;
        BlockChannels = (sources + Blocks - 1) / Blocks;
        for (long entry = 0; entry < offsets.Length; entry++)
            offsets[entry] += channels[entry] % BlockChannels * plan.ChannelFloats;

        _segmentStarts = new((long)parts * Blocks + 1);
        int* segments = _segmentStarts.Pointer;
        ForEachRun(starts, channels, (segment, _) => segments[segment + 1]++);
        for (long segment = 0; segment < (long)parts * Blocks; segment++) segments[segment + 1] += segments[segment];
        _runs = new(segments[(long)parts * Blocks] + RunsAfter);
        using var next = _segmentStarts.Clone();
        ForEachRun(starts, channels, (segment, run) =>
        {
            var planes = plan.Target.Planes;
            var (plane, phases) = (run.Row % planes, plan.Target.Phases);
            var (phaseY, phaseX) = Math.DivRem(plane, phases);
            var origin = plan.Target.Neuron(run.Row / planes, phaseY, phaseX, plan.Target.First(phaseY), plan.Target.First(phaseX));
            _runs[next[segment]++] = run with { Origin = (int)origin };
        });
    }

    /// <summary>Parts of the rows, which different threads can work on.</summary>
    internal int Parts { get; }

    /// <summary>Blocks of source channels.</summary>
    internal int Blocks { get; }

    /// <summary>Source channels of a block; the last may have fewer.</summary>
    internal int BlockChannels { get; }

    /// <summary>Where the runs of segment part * Blocks + block begin in <see cref="Runs"/>: Parts * Blocks + 1 values.</summary>
    internal int* SegmentStarts => _segmentStarts.Pointer;

    /// <summary>All runs, those of a segment in the order of rows, and <see cref="RunsAfter"/> empty ones after the last.</summary>
    internal Run* Runs => _runs.Pointer;

    /// <summary>Number of runs.</summary>
    internal long RunCount => _runs.Length - RunsAfter;

    /// <summary>Where a connection reads for the first tile of the image, in floats from the first channel of its block.</summary>
    internal int* Offsets => _offsets.Pointer;

    /// <summary>Positions of the connections in the topology; null where they are in the topology's order.</summary>
    internal int* Positions => _positions is null ? null : _positions.Pointer;

    /// <summary>Number of connections.</summary>
    internal int ConnectionCount => (int)_offsets.Length;

    /// <summary>Bytes held.</summary>
    internal long Bytes => _segmentStarts.Bytes + _runs.Bytes + _offsets.Bytes + (_positions?.Bytes ?? 0);

    /// <summary>For the forward pass: rows are output channels.</summary>
    internal static ConnectionRuns Forward(Topology topology, ConvolutionShape shape, TilePlan plan, int parts)
    {
        int count = topology.ConnectionCount, kernel = shape.KernelSize, stride = shape.Stride, phases = plan.Source.Phases;
        using var starts = new NativeBuffer<int>(topology.OutputCount + 1L, zeroed: false);
        using var channels = new NativeBuffer<int>(count, zeroed: false);
        var offsets = new NativeBuffer<int>(count, zeroed: false);
        for (long row = 0; row <= topology.OutputCount; row++) starts[row] = topology.RowStarts[row];
        for (long position = 0; position < count; position++)
        {
            var (channel, place) = Math.DivRem(topology.Columns[position], kernel * kernel);
            var (dy, dx) = Math.DivRem(place, kernel);
            var plane = dy % stride * phases + dx % stride;
            channels[position] = channel;
            offsets[position] = plane * plan.PlaneFloats + (dy / stride * plan.PlaneColumns + dx / stride) * plan.VectorFloats;
        }
        return new(topology, plan, parts, starts, channels, offsets, null);
    }

    /// <summary>
    /// For both gradients, by the input and by connections: rows are planes of the input, and a row's connections ascend by output
    /// channel, then by column.
    /// </summary>
    internal static ConnectionRuns Backward(Topology topology, ConvolutionShape shape, TilePlan plan, int parts)
    {
        int count = topology.ConnectionCount, kernel = shape.KernelSize, stride = shape.Stride, phases = plan.Target.Phases;
        long rows = (long)plan.Target.Channels * plan.Target.Planes;
        using var starts = new NativeBuffer<int>(rows + 1);
        using var channels = new NativeBuffer<int>(count, zeroed: false);
        var offsets = new NativeBuffer<int>(count, zeroed: false);
        var positions = new NativeBuffer<int>(count, zeroed: false);
        (long Row, int Y, int X) Place(long position)
        {
            var (channel, place) = Math.DivRem(topology.Columns[position], kernel * kernel);
            var (dy, dx) = Math.DivRem(place, kernel);
            var (phaseY, phaseX) = (dy % stride, dx % stride);
            return (((long)channel * phases + phaseY) * phases + phaseX,
                plan.Target.First(phaseY) - dy / stride, plan.Target.First(phaseX) - dx / stride);
        }
        for (long position = 0; position < count; position++) starts[Place(position).Row + 1]++;
        for (long row = 0; row < rows; row++) starts[row + 1] += starts[row];
        using var next = starts.Clone();
        for (var output = 0; output < topology.OutputCount; output++)
        {
            for (long position = topology.RowStarts[output]; position < topology.RowStarts[output + 1L]; position++)
            {
                var (row, y, x) = Place(position);
                var entry = next[row]++;
                channels[entry] = output;
                positions[entry] = (int)position;
                offsets[entry] = ((plan.Before + y) * plan.PlaneColumns + plan.Before + x) * plan.VectorFloats;
            }
        }
        return new(topology, plan, parts, starts, channels, offsets, positions);
    }

    /// <summary>
    /// Whether this was made from <paramref name="topology"/>. The shape is compared too: an identity that came from a file or a peer is
    /// only a claim, and runs of other arrays lead beyond their ends.
    /// </summary>
    internal bool IsOf(Topology topology) => topology.Id == _topologyId && topology.ConnectionCount == ConnectionCount
        && topology.InputCount == _columns && topology.OutputCount == _rows;

    /// <inheritdoc/>
    public void Dispose()
    {
        _segmentStarts.Dispose();
        _runs.Dispose();
        _offsets.Dispose();
        _positions?.Dispose();
    }

    private void ForEachRun(NativeBuffer<int> starts, NativeBuffer<int> channels, Action<long, Run> action)
    {
        var rows = starts.Length - 1;
        for (var part = 0; part < Parts; part++)
        {
            for (var row = rows * part / Parts; row < rows * (part + 1) / Parts; row++)
            {
                int position = starts[row], end = starts[row + 1], block = 0;
                do
                {
                    var first = position;
                    while (position < end && channels[position] / BlockChannels == block) position++;
                    action((long)part * Blocks + block, new((int)row, 0, first, position));
                    if (position < end) block = channels[position] / BlockChannels;
                }
                while (position < end);
            }
        }
    }
}
