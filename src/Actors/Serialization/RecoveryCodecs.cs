using ActorSparse.Actors.Messages;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Serialization;

/// <summary>Questions and sums of recovery. Whether a question is one about the samples that are there, who has them finds out.</summary>
internal static class RecoveryCodecs
{
    private const int NodeBytesMin = 3 * sizeof(int), VectorBytesMin = 2 * sizeof(int);

    /// <summary>All of them.</summary>
    public static IEnumerable<MessageCodec> All { get; } =
    [
        MessageCodec.For<RecoverySums.Compute>("rc",
            static (w, m) =>
            {
                WriteHead(w, m.RunId, m.Worker, m.Incarnation);
                w.Int32(m.Samples.Neurons); w.Int32(m.Samples.Nonzeros); w.Int64(m.Samples.Seed); w.UInt64(m.Samples.ContentHash);
                w.List(m.Samples.Layers, Write);
                w.Int64(m.Order.Ticket); w.Int32(m.Order.Share); w.Int32(m.Order.FirstChunk); w.Int32(m.Order.EndChunk);
                Write(w, m.Order.Request);
            },
            static r =>
            {
                var (run, worker, life) = (r.UInt64(), r.String(), r.Int64());
                var (neurons, nonzeros, seed, hash) = (r.Int32(), r.Int32(), r.Int64(), r.UInt64());
                var samples = new SampleSource(neurons, nonzeros, seed, r.List(Vector, VectorBytesMin), hash);
                return new(run, worker, life, samples, new(r.Int64(), r.Int32(), r.Int32(), r.Int32(), Request(r)));
            }),
        MessageCodec.For<RecoverySums.Computed>("rs",
            static (w, m) =>
            {
                WriteHead(w, m.RunId, m.Worker, m.Incarnation);
                w.Int64(m.Ticket); w.Int32(m.Share);
                w.List(m.Nodes, static (writer, node) => { writer.Int32(node.Level); writer.Int32(node.Index); writer.Doubles(node.Sums); });
            },
            static r => new(
                r.UInt64(), r.String(), r.Int64(), r.Int64(), r.Int32(),
                r.List(static reader => new NodeSum(reader.Int32(), reader.Int32(), reader.Doubles()), NodeBytesMin))),
    ];

    private static void WriteHead(WireWriter w, ulong runId, string worker, long incarnation)
    {
        w.UInt64(runId);
        w.String(worker);
        w.Int64(incarnation);
    }

    private static void Write(WireWriter w, SumRequest request)
    {
        w.Byte((byte)request.Kind); w.Bool(request.IsCrossEntropy); w.Int32(request.FirstChunk); w.Int32(request.ChunkCount);
        WriteAscending(w, request.Neurons.Length, index => request.Neurons[index]);
        Write(w, request.Point);
        w.Bool(request.Gates is not null);
        if (request.Gates is { } gates)
        {
            w.Bool(gates.Seed is not null);
            if (gates.Seed is { } seed) w.UInt64(seed);
            else Write(w, gates.Generators!);
        }
        foreach (var vector in (SparseVector?[])[request.OutputPoint, request.Blocks, request.OutputBlocks])
        {
            w.Bool(vector is not null);
            if (vector is not null) Write(w, vector);
        }
    }

    private static SumRequest Request(WireReader r)
    {
        var (kind, isCrossEntropy, first, count) = (r.Enum<SumKind>(), r.Bool(), r.Int32(), r.Int32());
        int[] neurons = [.. Ascending(r).Select(neuron => checked((int)neuron))];
        return new(kind, Vector(r))
        {
            IsCrossEntropy = isCrossEntropy,
            FirstChunk = first,
            ChunkCount = count,
            Neurons = neurons,
            Gates = !r.Bool() ? null : r.Bool() ? Gates.Random(r.UInt64()) : Gates.Of(Vector(r)),
            OutputPoint = r.Bool() ? Vector(r) : null,
            Blocks = r.Bool() ? Vector(r) : null,
            OutputBlocks = r.Bool() ? Vector(r) : null,
        };
    }

    private static void Write(WireWriter w, SparseVector vector)
    {
        w.Int32(vector.BlockLength);
        var indices = vector.Indices.ToArray();
        WriteAscending(w, indices.Length, index => indices[index]);
        w.Doubles(vector.Values);
    }

    private static SparseVector Vector(WireReader r)
    {
        var length = r.Int32();
        return new(length, Ascending(r), r.Doubles());
    }

    // As distances, of one or two bytes mostly.
    private static void WriteAscending(WireWriter w, int count, Func<int, long> at)
    {
        w.Int32(count);
        for (var index = 0; index < count; index++) w.Distance(at(index) - (index == 0 ? -1 : at(index - 1)) - 1);
    }

    private static long[] Ascending(WireReader r)
    {
        var values = new long[r.Count(1)];
        long last = -1;
        for (var index = 0; index < values.Length; index++) values[index] = last = checked(last + 1 + r.Distance());
        return values;
    }
}
