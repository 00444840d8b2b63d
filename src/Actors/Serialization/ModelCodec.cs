using System.Collections;
using System.Runtime.Serialization;
using ActorSparse.Actors.State;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Serialization;

/// <summary>
/// Networks, gradients and evolutions as bytes: values as they lie in memory, in topology order, and a topology's index arrays only when
/// the receiver does not know them. Writing a leased object uses the lease up: its memory serves for what is read next.
/// </summary>
internal sealed unsafe class ModelCodec : IDisposable
{
    private const int SparesMax = 8;

    private readonly TopologyCache _topologies = new(capacity: 256);
    private readonly Lock _lock = new();
    private readonly Stack<WorkSet> _spares = new();

    public void Dispose()
    {
        _topologies.Dispose();
        lock (_lock)
            while (_spares.TryPop(out var spare)) spare.Dispose();
    }

    /// <summary>Parameters, velocities if wanted, and the indices of topologies that are not among <paramref name="known"/>.</summary>
    public void WriteReplica(WireWriter writer, Lease<WorkSet> lease, IReadOnlyList<ulong> known, bool withVelocities)
    {
        var work = Take(lease);
        WriteNetwork(writer, work.Replica, known, withVelocities);
        Spare(work);
    }

    /// <summary>Uses up a replica that does not travel.</summary>
    public void Drop(Lease<WorkSet>? lease)
    {
        WorkSet? work = null;
        if (lease?.TryTake(out work) == true) Spare(work!);
    }

    public Lease<WorkSet> ReadReplica(WireReader reader, bool withVelocities)
    {
        var (spec, topologies) = ReadShape(reader);
        var work = Rent(spec, topologies);
        ReadParameters(reader, work.Replica, withVelocities);
        return new(work);
    }

    /// <summary>Gradients alone: whoever gets them knows their topologies.</summary>
    public void WriteGradients(WireWriter writer, Lease<WorkSet> lease)
    {
        var work = Take(lease);
        WriteSpec(writer, work.Replica.Spec);
        foreach (var layer in work.Replica.Layers) _topologies.Add(layer.Topology);
        for (var layer = 0; layer < work.Gradients.Values.Count; layer++)
        {
            writer.UInt64(work.Gradients.TopologyIds[layer]);
            writer.Floats(work.Gradients.Values[layer]);
            writer.Floats(work.Gradients.Biases[layer]);
        }
        Spare(work);
    }

    public Lease<WorkSet> ReadGradients(WireReader reader)
    {
        var spec = ReadSpec(reader);
        var start = reader.Position;
        var topologies = new Topology[spec.LayerCount];
        for (var layer = 0; layer < topologies.Length; layer++)
        {
            topologies[layer] = _topologies.Retain(reader.UInt64());
            reader.Skip((topologies[layer].ConnectionCount + (long)topologies[layer].OutputCount) * sizeof(float));
        }
        var work = Rent(spec, topologies);
        reader.Position = start;
        for (var layer = 0; layer < topologies.Length; layer++)
        {
            reader.UInt64();
            reader.Floats(work.Gradients.Values[layer]);
            reader.Floats(work.Gradients.Biases[layer]);
        }
        return new(work);
    }

    public void WriteNetwork(WireWriter writer, Network network, IReadOnlyList<ulong> known, bool withVelocities)
    {
        WriteSpec(writer, network.Spec);
        foreach (var layer in network.Layers) WriteTopology(writer, layer.Topology, withIndices: !known.Contains(layer.Topology.Id));
        foreach (var layer in network.Layers)
        {
            writer.Floats(layer.Values);
            writer.Floats(layer.Biases);
            if (!withVelocities) continue;
            writer.Floats(layer.Velocities);
            writer.Floats(layer.BiasVelocities);
        }
        writer.List(network.LivingNeurons, WriteLiving);
    }

    public Network ReadNetwork(WireReader reader, bool withVelocities)
    {
        var (spec, topologies) = ReadShape(reader);
        var network = Build(spec, topologies);
        ReadParameters(reader, network, withVelocities);
        return network;
    }

    public void WriteEvolution(WireWriter writer, Lease<EpochEvolution> lease)
    {
        if (!lease.TryTake(out var evolution)) throw new SerializationException("the evolution was given away before");
        using (evolution)
        {
            writer.List(evolution.Steps, (_, step) => writer.List(step, (_, change) => WriteChange(writer, change)));
            writer.Bool(evolution.LivingNeurons is not null);
            if (evolution.LivingNeurons is { } living) writer.List(living, WriteLiving);
        }
    }

    public Lease<EpochEvolution> ReadEvolution(WireReader reader)
    {
        var steps = reader.List(_ => reader.List(ReadChange));
        return new(new EpochEvolution(steps, reader.Bool() ? reader.List(ReadLiving) : null));
    }

    private static WorkSet Take(Lease<WorkSet> lease) =>
        lease.TryTake(out var work) ? work : throw new SerializationException("the replica was given away before");

    private void WriteChange(WireWriter writer, TopologyChange? change)
    {
        writer.Bool(change is not null);
        if (change is null) return;
        writer.UInt64(change.FromId);
        WriteTopology(writer, change.To, withIndices: true);
        writer.Ints(change.Sources, change.To.ConnectionCount);
        writer.Int32(change.GrownCount);
        writer.Floats(change.GrownValues);
        writer.Int32(change.MissingGrowth);
    }

    private TopologyChange? ReadChange(WireReader reader)
    {
        if (!reader.Bool()) return null;
        using var from = _topologies.Retain(reader.UInt64());
        var to = ReadTopology(reader);
        var sources = reader.Ints(to.ConnectionCount);
        var grown = new NativeBuffer<float>(reader.Count(sizeof(float)), zeroed: false);
        reader.Floats(grown);
        return new(from, to, sources, grown, reader.Int32());
    }

    private void WriteTopology(WireWriter writer, Topology topology, bool withIndices)
    {
        _topologies.Add(topology);
        writer.UInt64(topology.Id);
        writer.Bool(withIndices);
        if (!withIndices) return;
        writer.Int32(topology.InputCount);
        writer.Int32(topology.OutputCount);
        writer.Int32(topology.ConnectionCount);
        writer.Ints(topology.RowStarts, topology.OutputCount + 1L);
        writer.Ints(topology.Columns, topology.ConnectionCount);
    }

    private Topology ReadTopology(WireReader reader)
    {
        var id = reader.UInt64();
        if (!reader.Bool()) return _topologies.Retain(id);
        var (inputs, outputs, connections) = (reader.Int32(), reader.Int32(), reader.Int32());
        var rowStarts = reader.Ints(checked(outputs + 1));
        var columns = reader.Ints(connections);
        try
        {
            var topology = Topology.Restore(inputs, outputs, rowStarts, columns, id);
            _topologies.Add(topology);
            return topology;
        }
        catch (ArgumentException exception)
        {
            throw new SerializationException($"topology {id:x16} is damaged: {exception.Message}", exception);
        }
    }

    private (NetworkSpec Spec, Topology[] Topologies) ReadShape(WireReader reader)
    {
        var spec = ReadSpec(reader);
        var topologies = new Topology[spec.LayerCount];
        for (var layer = 0; layer < topologies.Length; layer++) topologies[layer] = ReadTopology(reader);
        return (spec, topologies);
    }

    private static void ReadParameters(WireReader reader, Network network, bool withVelocities)
    {
        foreach (var layer in network.Layers)
        {
            reader.Floats(layer.Values);
            reader.Floats(layer.Biases);
            if (!withVelocities) continue;
            reader.Floats(layer.Velocities);
            reader.Floats(layer.BiasVelocities);
        }
        var living = reader.List(ReadLiving);
        if (living.Length != network.LivingNeurons.Length)
            throw new SerializationException($"living neurons of {living.Length} layers: the message is damaged");
        living.CopyTo(network.LivingNeurons, 0);
    }

    private static void WriteLiving(WireWriter writer, LivingNeurons? living)
    {
        writer.Bool(living is not null);
        if (living is null) return;
        writer.Int32(living.Count);
        for (var first = 0; first < living.Count; first += 8)
        {
            var bits = 0;
            for (var neuron = first; neuron < Math.Min(first + 8, living.Count); neuron++)
                if (living.IsAlive(neuron)) bits |= 1 << (neuron - first);
            writer.Byte((byte)bits);
        }
    }

    private static LivingNeurons? ReadLiving(WireReader reader)
    {
        if (!reader.Bool()) return null;
        var count = reader.Int32();
        var bytes = new byte[reader.Checked((count + 7L) / 8)];
        for (var index = 0; index < bytes.Length; index++) bytes[index] = reader.Byte();
        return new LivingNeurons(new BitArray(bytes) { Length = count });
    }

    private static void WriteSpec(WireWriter writer, NetworkSpec spec)
    {
        writer.List(spec.LayerSizes, static (w, size) => w.Int32(size));
        WriteActivation(writer, spec.HiddenActivation);
        WriteActivation(writer, spec.OutputActivation);
        writer.Byte((byte)spec.Loss);
        writer.Double(spec.Epsilon);
        writer.Byte((byte)spec.Initializer);
    }

    private static NetworkSpec ReadSpec(WireReader reader)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = reader.List(static r => r.Int32()),
            HiddenActivation = ReadActivation(reader),
            OutputActivation = ReadActivation(reader),
            Loss = (LossKind)reader.Byte(),
            Epsilon = reader.Double(),
            Initializer = (Initializer)reader.Byte(),
        };
        return spec.LayerCount >= 1 ? spec : throw new SerializationException("a network without layers: the message is damaged");
    }

    private static void WriteActivation(WireWriter writer, Activation activation)
    {
        writer.Byte((byte)activation.Kind);
        writer.Double(activation.Slope);
    }

    private static Activation ReadActivation(WireReader reader) => new((ActivationKind)reader.Byte(), (float)reader.Double());

    private void Spare(WorkSet work)
    {
        lock (_lock)
        {
            if (_spares.Count < SparesMax)
            {
                _spares.Push(work);
                return;
            }
        }
        work.Dispose();
    }

    // Takes over the topologies. Memory of an earlier message serves again unless the topology has changed since.
    private WorkSet Rent(NetworkSpec spec, Topology[] topologies)
    {
        WorkSet? spare;
        lock (_lock) _spares.TryPop(out spare);
        if (spare is not null)
        {
            if (Fits(spare, spec, topologies))
            {
                foreach (var topology in topologies) topology.Dispose();
                return spare;
            }
            spare.Dispose();
        }
        var replica = Build(spec, topologies);
        return new(replica, new Gradients(replica));
    }

    private static bool Fits(WorkSet spare, NetworkSpec spec, Topology[] topologies)
    {
        if (spare.Replica.Layers.Count != topologies.Length || spare.Replica.Spec with { LayerSizes = spec.LayerSizes } != spec)
            return false;
        for (var layer = 0; layer < topologies.Length; layer++)
        {
            var id = topologies[layer].Id;
            if (spare.Replica.Layers[layer].Topology.Id != id || spare.Gradients.TopologyIds[layer] != id) return false;
        }
        return true;
    }

    private static Network Build(NetworkSpec spec, Topology[] topologies)
    {
        try
        {
            return new(spec, [.. topologies.Select(topology => new SparseLayer(topology))]);
        }
        catch (ArgumentException exception)
        {
            throw new SerializationException($"topologies and layer sizes differ: {exception.Message}", exception);
        }
        finally
        {
            foreach (var topology in topologies) topology.Dispose();
        }
    }
}
