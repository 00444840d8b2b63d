using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Wire;

/// <summary>
/// Topologies as bytes: by name where the receiver knows them, as the evolution's change where it knows the one before, else their index
/// arrays.
/// </summary>
internal sealed unsafe class TopologyCodec : IDisposable
{
    // Beside those that the coordinator's history and the workers hold: of gradients that are older still.
    private const int CachedPerLayer = 4;

    // Of the last evolution or two of every layer.
    private const int ChangesMax = 64;
    private const long ChangeBytesMax = 64 << 20;

    private readonly TopologyCache _cache = new(CachedPerLayer);
    private readonly EncodedChanges _changes = new(ChangesMax, ChangeBytesMax);

    private enum Form : byte
    {
        Name,
        Whole,
        Change,
    }

    public void Dispose() => _cache.Dispose();

    /// <summary>Remembers a topology that a message names.</summary>
    public void Remember(Topology topology) => _cache.Add(topology);

    /// <summary>Writes those of a network, one a layer, for a receiver who knows those of <paramref name="known"/>.</summary>
    public void WriteAll(WireWriter writer, IReadOnlyList<SparseBlock> blocks, IReadOnlyList<ulong> known)
    {
        _cache.Expect(blocks.Count);
        foreach (var block in blocks) Write(writer, block.Topology, known);
    }

    /// <summary>Writes a topology for a receiver who knows those of <paramref name="known"/>.</summary>
    public void Write(WireWriter writer, Topology topology, IReadOnlyList<ulong> known)
    {
        _cache.Add(topology);
        writer.UInt64(topology.Id);
        if (known.Contains(topology.Id))
        {
            writer.Byte((byte)Form.Name);
            return;
        }
        var change = topology.ParentId != 0 && known.Contains(topology.ParentId)
            ? _changes.Get(topology.ParentId, topology.Id, changeWriter => TryWriteChange(changeWriter, topology)) : null;
        writer.Byte((byte)(change is null ? Form.Whole : Form.Change));
        if (change is null) WriteWhole(writer, topology);
        else
            foreach (var piece in change) writer.Raw(piece);
    }

    // The change by which a topology came from the one before; false if that is forgotten.
    private bool TryWriteChange(WireWriter writer, Topology topology)
    {
        using var before = _cache.TryRetain(topology.ParentId);
        if (before is null || !topology.HasShapeOf(before)) return false;
        using var change = TopologyChange.Between(before, topology);
        WriteChange(writer, change);
        return true;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; the caller owns it.</summary>
    /// <exception cref="SerializationException">It is damaged, or starts from one that is not known here.</exception>
    public Topology Read(WireReader reader)
    {
        var id = reader.UInt64();
        // Nothing has this identity: it stands for none.
        if (id == 0) throw new SerializationException("a topology without identity: the message is damaged");
        var topology = reader.Enum<Form>() switch
        {
            Form.Name => _cache.Retain(id),
            Form.Whole => ReadNamed(reader, id),
            _ => ReadChange(reader, id),
        };
        using (topology) return _cache.Share(topology);
    }

    // The identity of index arrays cannot be computed without their history, but one name must not stand for two topologies.
    private Topology ReadNamed(WireReader reader, ulong id)
    {
        var topology = ReadWhole(reader, id);
        using var known = _cache.TryRetain(id);
        if (known is null) return topology;
        using (topology)
        {
            return known.HasConnectionsOf(topology) ? known.Retain()
                : throw new SerializationException($"topology {id:x16} is damaged: it is known here with other connections");
        }
    }

    /// <summary>
    /// Reads one for each of <paramref name="count"/> layers, whose values follow; the caller owns them. A change takes a few bytes and
    /// makes a whole topology: no more of them are made than have room for their values in what is left.
    /// </summary>
    public Topology[] ReadAll(WireReader reader, int count)
    {
        long values = 0;
        var topologies = Gather(count, () =>
        {
            var topology = Read(reader);
            try
            {
                values += (long)topology.ConnectionCount + topology.OutputCount;
                reader.Check(FloatCodec.BytesMin(values));
                return topology;
            }
            catch
            {
                topology.Dispose();
                throw;
            }
        });
        _cache.Expect(count);
        return topologies;
    }

    /// <summary>Writes a change for a receiver who knows the topology that it starts from, the values of what was grown included.</summary>
    public void WriteEvolved(WireWriter writer, TopologyChange change)
    {
        _cache.Add(change.To);
        writer.UInt64(change.To.Id);
        WriteChange(writer, change);
        var hasValues = MemoryMarshal.Cast<float, uint>(change.GrownValues.Span).ContainsAnyExcept(0u);
        writer.Bool(hasValues);
        if (hasValues) FloatCodec.Write(writer, change.GrownValues);
    }

    /// <summary>Reads what <see cref="WriteEvolved"/> wrote; the caller owns it.</summary>
    /// <exception cref="SerializationException">It is damaged, or starts from a topology that is not known here.</exception>
    public TopologyChange ReadEvolved(WireReader reader)
    {
        var id = reader.UInt64();
        using var from = _cache.Retain(reader.UInt64());
        using var removed = new NativeBuffer<byte>(from.ConnectionCount);
        var grown = ReadEdit(reader, from, removed);
        var hasValues = reader.Bool();
        if (hasValues) reader.Check(FloatCodec.BytesMin(grown.Length));
        using var values = new NativeBuffer<float>(hasValues ? grown.Length : 0);
        if (hasValues) FloatCodec.Read(reader, values);
        if (!FiniteCheck.IsFinite(values)) throw new SerializationException($"topology {id:x16} grew values that are not finite");
        var change = Build(from, removed, grown, values.Span, id);
        _cache.Add(change.To);
        return change;
    }

    /// <summary>Those of <paramref name="ids"/>; the caller owns them.</summary>
    public Topology[] RetainAll(ulong[] ids)
    {
        var next = 0;
        return Gather(ids.Length, () => _cache.Retain(ids[next++]));
    }

    // What was gathered before a failure is given back.
    private static Topology[] Gather(int count, Func<Topology> next)
    {
        var topologies = new List<Topology>(Math.Min(count, 64));
        try
        {
            for (var layer = 0; layer < count; layer++) topologies.Add(next());
            return [.. topologies];
        }
        catch
        {
            foreach (var topology in topologies) topology.Dispose();
            throw;
        }
    }

    /// <summary>Writes index arrays that only the message itself knows.</summary>
    public static void WriteWhole(WireWriter writer, Topology topology)
    {
        writer.Int32(topology.InputCount);
        writer.Int32(topology.OutputCount);
        writer.Int32(topology.ConnectionCount);
        writer.Ints(topology.RowStarts, topology.OutputCount + 1L);
        writer.Ints(topology.Columns, topology.ConnectionCount);
    }

    /// <summary>Reads what <see cref="WriteWhole"/> wrote; the caller owns it.</summary>
    public static Topology ReadWhole(WireReader reader, ulong id)
    {
        var (inputs, outputs, connections) = (reader.Int32(), reader.Int32(), reader.Int32());
        if (inputs < 1 || outputs < 1 || connections < 0)
            throw new SerializationException($"topology {id:x16} has no shape: the message is damaged");
        reader.Check((outputs + 1L + connections) * sizeof(int));
        var rowStarts = reader.Ints(outputs + 1L);
        var columns = reader.Ints(connections);
        try
        {
            return Topology.Restore(inputs, outputs, rowStarts, columns, id);
        }
        catch (ArgumentException exception)
        {
            rowStarts.Dispose();
            columns.Dispose();
            throw new SerializationException($"topology {id:x16} is damaged: {exception.Message}", exception);
        }
    }

    // Positions that went, in the old topology, and places that came, row by row: both as distances, most of which take a byte.
    private static void WriteChange(WireWriter writer, TopologyChange change)
    {
        var to = change.To;
        writer.UInt64(change.FromId);
        writer.Int32(change.PrunedCount);
        var sources = change.Sources;
        int next = 0, last = -1;
        for (long position = 0; position <= to.ConnectionCount; position++)
        {
            var end = position == to.ConnectionCount ? change.FromConnectionCount : sources[position];
            if (end < 0) continue;
            for (; next < end; next++)
            {
                writer.Distance(next - last - 1L);
                last = next;
            }
            next = end + 1;
        }
        writer.Int32(change.GrownCount);
        long lastPlace = -1;
        for (var row = 0; row < to.OutputCount; row++)
        {
            for (var position = to.RowStart(row); position < to.RowStart(row + 1L); position++)
            {
                if (sources[position] >= 0) continue;
                var place = (long)row * to.InputCount + to.Columns[position];
                writer.Distance(place - lastPlace - 1);
                lastPlace = place;
            }
        }
    }

    // The identity follows from history and content: another one means that something was damaged on the way.
    private Topology ReadChange(WireReader reader, ulong id)
    {
        using var from = _cache.Retain(reader.UInt64());
        using var removed = new NativeBuffer<byte>(from.ConnectionCount);
        var grown = ReadEdit(reader, from, removed);
        using var change = Build(from, removed, grown, [], id);
        return change.To.Retain();
    }

    // Marks what went, and returns the places of what came.
    private static long[] ReadEdit(WireReader reader, Topology from, NativeBuffer<byte> removed)
    {
        long last = -1;
        for (var count = reader.Count(1); count > 0; count--)
        {
            last = Next(reader, last, from.ConnectionCount);
            removed[last] = 1;
        }
        var grown = new long[reader.Count(1)];
        last = -1;
        for (var index = 0; index < grown.Length; index++)
            grown[index] = last = Next(reader, last, (long)from.InputCount * from.OutputCount);
        return grown;
    }

    private static TopologyChange Build(Topology from, NativeBuffer<byte> removed, long[] grown, ReadOnlySpan<float> values, ulong id)
    {
        TopologyChange change;
        try
        {
            change = TopologyEdit.Build(from, removed, grown, values);
        }
        catch (ArgumentException exception)
        {
            throw new SerializationException($"topology {id:x16} is damaged: {exception.Message}", exception);
        }
        if (change.To.Id == id) return change;
        using (change) throw new SerializationException($"topology {id:x16} is damaged: its change leads to {change.To.Id:x16}");
    }

    private static long Next(WireReader reader, long last, long end)
    {
        var distance = reader.Distance();
        return distance < end - last - 1 ? last + 1 + distance
            : throw new SerializationException($"a place {distance} after {last}, of {end}: the message is damaged");
    }
}
