using System.Collections;
using System.Runtime.Serialization;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Wire;

/// <summary>
/// Networks and gradients as bytes: values in topology order, and a topology's index arrays only when the receiver does not know them.
/// Writing a leased object uses the lease up: its memory serves for what is read next.
/// </summary>
internal sealed class ModelCodec : IDisposable
{
    private const int SparesMax = 8;

    private readonly TopologyCodec _topologies = new();
    private readonly Lock _lock = new();
    private readonly Stack<WorkSet> _spares = new();

    public void Dispose()
    {
        _topologies.Dispose();
        lock (_lock)
            while (_spares.TryPop(out var spare)) spare.Dispose();
    }

    /// <summary>Parameters, velocities and second moments if wanted, and the indices of topologies that are not among <paramref name="known"/>.</summary>
    public void WriteReplica(
        WireWriter writer, Lease<WorkSet> lease, IReadOnlyList<ulong> known, bool withVelocities, FloatFormat format = FloatFormat.Full)
    {
        var work = Take(lease);
        var network = work.Replica;
        SpecCodec.Write(writer, network.Spec);
        _topologies.WriteAll(writer, network.Parameters.Sparse, known);
        var withSecondMoments = withVelocities && network.Parameters.HasSecondMoments;
        if (withVelocities) writer.Bool(withSecondMoments);
        foreach (var block in network.Parameters.Blocks)
        {
            FloatCodec.Write(writer, block.Values, format);
            if (withVelocities) FloatCodec.Write(writer, block.Velocities);
            if (withSecondMoments) FloatCodec.Write(writer, block.SecondMoments!);
        }
        writer.List(network.LivingNeurons, WriteLiving);
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
        var spec = SpecCodec.Read(reader);
        var layout = spec.Layout();
        var topologies = _topologies.ReadAll(reader, layout.Sparse.Count);
        bool withSecondMoments;
        try
        {
            withSecondMoments = withVelocities && reader.Bool();
        }
        catch
        {
            foreach (var topology in topologies) topology.Dispose();
            throw;
        }
        CheckParameters(reader, layout, topologies, arrays: withSecondMoments ? 3 : withVelocities ? 2 : 1);
        var work = Rent(spec, topologies);
        try
        {
            ReadParameters(reader, work.Replica, withVelocities, withSecondMoments);
            return new(work);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Gradients alone: whoever gets them knows their topologies.</summary>
    public void WriteGradients(WireWriter writer, Lease<WorkSet> lease)
    {
        var work = Take(lease);
        SpecCodec.Write(writer, work.Replica.Spec);
        foreach (var block in work.Replica.Parameters.Sparse) _topologies.Remember(block.Topology);
        writer.List(work.Gradients.TopologyIds, static (w, id) => w.UInt64(id));
        var format = writer.GradientFormat;
        foreach (var values in work.Gradients.Blocks) FloatCodec.Write(writer, values, format);
        Spare(work);
    }

    /// <summary>What <see cref="WriteGradients"/> wrote, and of how many layers it is.</summary>
    public Lease<WorkSet> ReadGradients(WireReader reader, out int layers)
    {
        var spec = SpecCodec.Read(reader);
        layers = spec.LayerCount;
        var ids = reader.List(static r => r.UInt64(), sizeof(ulong));
        if (ids.Length != spec.LayerCount) throw new SerializationException($"gradients of {ids.Length} layers: the message is damaged");
        var topologies = _topologies.RetainAll(ids);
        CheckParameters(reader, spec.Layout(), topologies, arrays: 1);
        var work = Rent(spec, topologies);
        try
        {
            foreach (var values in work.Gradients.Blocks) FloatCodec.Read(reader, values);
            return new(work);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What an evolution changed, layer by layer, for a receiver who sent the network that evolved; null if there was none. Uses the lease
    /// up.
    /// </summary>
    /// <exception cref="SerializationException">The evolution was given away before.</exception>
    public void WriteEvolution(WireWriter writer, Lease<NetworkEvolution>? lease)
    {
        writer.Bool(lease is not null);
        if (lease is null) return;
        if (!lease.TryTake(out var evolution)) throw new SerializationException("the evolution was given away before");
        using (evolution)
        {
            writer.List(evolution.Changes, (w, change) =>
            {
                w.Bool(change is not null);
                if (change is not null) _topologies.WriteEvolved(w, change);
            });
            var cost = evolution.Cost;
            foreach (var number in (long[])[cost.GradientCount, cost.DrawCount, cost.AliasSteps, cost.FallbackCount,
                cost.FloatingPointOperations, cost.WorkspaceBytes]) writer.Int64(number);
        }
    }

    /// <summary>
    /// Reads what <see cref="WriteEvolution"/> wrote: the same changes, on topologies that are known here. Each may take as much memory as a
    /// whole topology, with a few bytes: there must be as many as the network has <paramref name="layers"/>.
    /// </summary>
    /// <exception cref="SerializationException">It is damaged, or of a network that did not go out from here.</exception>
    public Lease<NetworkEvolution>? ReadEvolution(WireReader reader, int layers)
    {
        if (!reader.Bool()) return null;
        if (reader.Count(1) is var count && count != layers)
            throw new SerializationException($"an evolution of {count} layers; the network has {layers}");
        var changes = new TopologyChange?[layers];
        try
        {
            for (var layer = 0; layer < layers; layer++)
                if (reader.Bool()) changes[layer] = _topologies.ReadEvolved(reader);
            var cost = new EvolutionCost(Count(reader), Count(reader), Count(reader), Count(reader), Count(reader), Count(reader));
            return new(new NetworkEvolution(changes, cost));
        }
        catch
        {
            foreach (var change in changes) change?.Dispose();
            throw;
        }
    }

    private static long Count(WireReader reader) => reader.Int64() is var count && count >= 0 ? count
        : throw new SerializationException($"{count} is no count: the message is damaged");

    private static WorkSet Take(Lease<WorkSet> lease) =>
        lease.TryTake(out var work) ? work : throw new SerializationException("the replica was given away before");

    // So many arrays of parameters of these topologies must be left: before memory is set aside for them.
    private static void CheckParameters(WireReader reader, ParameterLayout layout, Topology[] topologies, int arrays)
    {
        try
        {
            var values = topologies.Sum(topology => (long)topology.ConnectionCount) + layout.Dense.Sum(block => (long)block.Rows);
            reader.Check(FloatCodec.BytesMin(values * arrays));
        }
        catch
        {
            foreach (var topology in topologies) topology.Dispose();
            throw;
        }
    }

    private static void ReadParameters(WireReader reader, Network network, bool withVelocities, bool withSecondMoments)
    {
        foreach (var block in network.Parameters.Blocks)
        {
            if (withSecondMoments) block.EnsureSecondMoments();
            else block.DropSecondMoments();
            FloatCodec.Read(reader, block.Values);
            if (withVelocities) FloatCodec.Read(reader, block.Velocities);
            if (withSecondMoments) FloatCodec.Read(reader, block.SecondMoments!);
        }
        if (reader.Count(1) is var hidden && hidden != network.LivingNeurons.Length)
            throw new SerializationException($"living neurons of {hidden} layers: the message is damaged");
        for (var layer = 0; layer < hidden; layer++) network.LivingNeurons[layer] = ReadLiving(reader, network.Spec.LayerSizes[layer + 1]);
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

    private static LivingNeurons? ReadLiving(WireReader reader, int neurons)
    {
        if (!reader.Bool()) return null;
        var count = reader.Int32();
        if (count != neurons) throw new SerializationException($"{count} living neurons of {neurons}: the message is damaged");
        reader.Check((count + 7L) / 8);
        var bytes = new byte[(count + 7L) / 8];
        reader.Raw(bytes);
        return new LivingNeurons(new BitArray(bytes) { Length = count });
    }

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
        return new(replica, new GradientSet(replica.Parameters));
    }

    private static bool Fits(WorkSet spare, NetworkSpec spec, Topology[] topologies)
    {
        if (spare.Replica.Parameters.Sparse.Count != topologies.Length || spare.Replica.Spec with { LayerSizes = spec.LayerSizes } != spec)
            return false;
        for (var layer = 0; layer < topologies.Length; layer++)
        {
            var id = topologies[layer].Id;
            if (spare.Replica.Parameters.Sparse[layer].Topology.Id != id || spare.Gradients.TopologyIds[layer] != id) return false;
        }
        return true;
    }

    private static Network Build(NetworkSpec spec, Topology[] topologies)
    {
        try
        {
            return new(spec, ParameterSet.Zero(spec.Layout(), topologies));
        }
        catch (ArgumentException exception)
        {
            throw new SerializationException("topologies and layer sizes differ: the message is damaged", exception);
        }
        finally
        {
            foreach (var topology in topologies) topology.Dispose();
        }
    }
}
