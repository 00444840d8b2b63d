using System.Collections;
using System.Globalization;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// A network as tensors of a file, by the names of its blocks of parameters. A sparse block is compressed sparse rows, a row
/// per output: "NAME.indptr" (n_out + 1), "NAME.indices" and "NAME.values" (nnz); for training also "NAME.velocities" (nnz) and after steps
/// of AdamW "NAME.second_moments" (nnz). A dense block is "NAME" and for training "NAME_velocities" and "NAME_second_moments", all of its
/// length. Layer l of a chain, counted from 1, has the blocks "layers.l" and "layers.l.bias"; "layers.l.living" (n_out bytes) is there once
/// neurons of that hidden layer have been pruned. A root in front of all these names tells several networks in one file apart.
/// </summary>
internal static unsafe class NetworkTensors
{
    /// <summary>The texts that say what is computed: a chain by its sizes, any network by its graph.</summary>
    public const string LayersKey = "layers", NetworkKey = "network";

    private const string Velocities = "velocities";
    private const string SecondMoments = "second_moments";
    private const string LabelSmoothing = "label_smoothing", Distribution = "distribution";

    /// <summary>
    /// The tensors of <paramref name="network"/>, views of its memory; <paramref name="owned"/> receives what must live as long.
    /// </summary>
    public static List<TensorData> Of(Network network, bool withVelocities, List<IDisposable> owned, string root = "")
    {
        var tensors = new List<TensorData>();
        var (parameters, living) = (network.Parameters, network.LivingNeurons);
        for (var index = 0; index < parameters.Blocks.Count; index++)
        {
            var (block, name) = (parameters.Blocks[index], root + parameters.Layout.Blocks[index].Name);
            var separator = block is SparseBlock ? "." : "_";
            if (block is SparseBlock { Topology: var topology })
            {
                tensors.Add(TensorData.Of(name + ".indptr", topology.RowStarts, topology.OutputCount + 1L));
                tensors.Add(TensorData.Of(name + ".indices", topology.Columns, topology.ConnectionCount));
            }
            tensors.Add(TensorData.Of(block is SparseBlock ? name + ".values" : name, block.Values));
            if (!withVelocities) continue;
            tensors.Add(TensorData.Of(name + separator + Velocities, block.Velocities));
            if (block.SecondMoments is not null) tensors.Add(TensorData.Of(name + separator + SecondMoments, block.SecondMoments));
        }
        for (var hidden = 0; hidden < living.Length; hidden++)
        {
            if (living[hidden] is not { } alive) continue;
            var bytes = new NativeBuffer<byte>(alive.Count);
            owned.Add(bytes);
            for (var neuron = 0; neuron < alive.Count; neuron++) bytes[neuron] = alive.IsAlive(neuron) ? (byte)1 : (byte)0;
            tensors.Add(TensorData.Of(root + LivingName(hidden), bytes));
        }
        return tensors;
    }

    /// <summary>What names the network in the file's metadata: the specification, and the identity of every topology.</summary>
    public static Dictionary<string, string> Metadata(Network network, string root = "")
    {
        var spec = network.Spec;
        var metadata = new Dictionary<string, string>
        {
            [spec.IsChain ? LayersKey : NetworkKey] =
                spec.Graph is { } graph ? GraphText.Format(graph) : SpecNames.FormatLayerSizes(spec.LayerSizes),
            ["activation"] = spec.HiddenActivation.ToString(),
            ["output_activation"] = spec.OutputActivation.ToString(),
            ["loss"] = SpecNames.Format(spec.Loss),
            ["initializer"] = SpecNames.Format(spec.Initializer),
            ["epsilon"] = spec.Epsilon.ToString("R", CultureInfo.InvariantCulture),
        };
        if (spec.LabelSmoothing > 0) metadata[LabelSmoothing] = spec.LabelSmoothing.ToString("R", CultureInfo.InvariantCulture);
        if (spec.Distribution != ConnectionDistribution.ErdosRenyi) metadata[Distribution] = SpecNames.Format(spec.Distribution);
        foreach (var (block, layout) in network.Parameters.Sparse.Zip(network.Parameters.Layout.Sparse))
            metadata[root + layout.Name + ".topology"] = block.Topology.Id.ToString("x16", CultureInfo.InvariantCulture);
        return metadata;
    }

    /// <summary>
    /// Reads the network that <see cref="Of"/> and <see cref="Metadata"/> wrote. <paramref name="known"/> are topologies of the same file
    /// by identity, which networks share; this one's are added.
    /// </summary>
    /// <exception cref="InvalidInputException">Something is missing or does not fit.</exception>
    public static Network Read(TensorReader reader, Dictionary<ulong, Topology> known, string root = "")
    {
        var spec = ReadSpec(reader);
        var parameters = ReadParameters(reader, known, spec.Layout(), root);
        try
        {
            var network = new Network(spec, parameters);
            for (var hidden = 0; hidden < network.LivingNeurons.Length; hidden++)
                network.LivingNeurons[hidden] = ReadLiving(reader, root + LivingName(hidden), spec.LayerSizes[hidden + 1]);
            return network;
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>The metadata entry <paramref name="key"/>.</summary>
    public static string Require(TensorReader reader, string key) =>
        reader.Metadata.TryGetValue(key, out var text) ? text
            : throw reader.Fail($"has no metadata '{key}'; expected a checkpoint of ActorSparse");

    private static NetworkSpec ReadSpec(TensorReader reader)
    {
        var isChain = reader.Metadata.ContainsKey(LayersKey);
        var spec = new NetworkSpec
        {
            LayerSizes = isChain ? Parse(reader, LayersKey, SpecNames.ParseLayerSizes) : [],
            Graph = isChain ? null : Parse(reader, NetworkKey, GraphText.Parse),
            HiddenActivation = Parse(reader, "activation", Activation.Parse),
            OutputActivation = Parse(reader, "output_activation", Activation.Parse),
            Loss = Parse(reader, "loss", SpecNames.ParseLoss),
            Initializer = Parse(reader, "initializer", SpecNames.ParseInitializer),
            LabelSmoothing = reader.Metadata.ContainsKey(LabelSmoothing) ? ParseNumber(reader, LabelSmoothing) : 0,
            Epsilon = ParseNumber(reader, "epsilon"),
            Distribution = reader.Metadata.ContainsKey(Distribution) ? Parse(reader, Distribution, SpecNames.ParseDistribution)
                : ConnectionDistribution.ErdosRenyi,
        };
        try
        {
            spec.Validate();
            return spec;
        }
        catch (InvalidInputException error)
        {
            throw reader.Fail($"metadata: {error.Message}");
        }
    }

    private static double ParseNumber(TensorReader reader, string key) => Parse(reader, key, text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number : throw new InvalidInputException($"{key} '{text}': expected a number"));

    private static T Parse<T>(TensorReader reader, string key, Func<string, T> parse)
    {
        var text = Require(reader, key);
        try
        {
            return parse(text);
        }
        catch (InvalidInputException error)
        {
            throw reader.Fail($"metadata: {error.Message}");
        }
    }

    private static ParameterSet ReadParameters(
        TensorReader reader, Dictionary<ulong, Topology> known, ParameterLayout layout, string root)
    {
        var blocks = new List<ParameterBlock>();
        try
        {
            foreach (var block in layout.Blocks) blocks.Add(ReadBlock(reader, known, block, root + block.Name));
            if (blocks.FindIndex(block => block.SecondMoments is null) is var without && without >= 0
                && blocks.Exists(block => block.SecondMoments is not null))
                throw reader.Fail($"has second moments, but none for '{layout.Blocks[without].Name}'");
            return new(layout, blocks);
        }
        catch
        {
            foreach (var block in blocks) block.Dispose();
            throw;
        }
    }

    private static ParameterBlock ReadBlock(
        TensorReader reader, Dictionary<ulong, Topology> known, BlockLayout layout, string name)
    {
        if (!layout.IsSparse) return Fill(reader, new DenseBlock(layout.Rows), name, name + "_");
        var prefix = name + ".";
        using var topology = Share(reader, known, prefix, ReadTopology(reader, prefix, layout.Columns, layout.Rows));
        return Fill(reader, new SparseBlock(topology), prefix + "values", prefix);
    }

    // A network exported without its momentum starts again from rest.
    private static ParameterBlock Fill(TensorReader reader, ParameterBlock block, string values, string prefix)
    {
        try
        {
            reader.ReadFloats(values, block.Values);
            if (reader.TensorNames.Contains(prefix + Velocities)) reader.ReadFloats(prefix + Velocities, block.Velocities);
            if (!reader.TensorNames.Contains(prefix + SecondMoments)) return block;
            block.EnsureSecondMoments();
            reader.ReadFloats(prefix + SecondMoments, block.SecondMoments!);
            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    private static Topology ReadTopology(TensorReader reader, string prefix, int inputs, int outputs)
    {
        var identity = Require(reader, prefix + "topology");
        if (!ulong.TryParse(identity, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) || id == 0)
            throw reader.Fail($"metadata '{prefix}topology' is '{identity}'; expected 16 hexadecimal digits");
        var rowStarts = reader.ReadIntegers(prefix + "indptr", outputs + 1L);
        NativeBuffer<int>? columns = null;
        try
        {
            columns = reader.ReadIntegers(prefix + "indices", reader.LengthOf(prefix + "indices"));
            return Topology.Restore(inputs, outputs, rowStarts, columns, id);
        }
        catch (Exception error) when (error is ArgumentException or InvalidInputException)
        {
            rowStarts.Dispose();
            columns?.Dispose();
            if (error is InvalidInputException) throw;
            throw new InvalidInputException($"{reader.Path}: '{prefix}indptr' and '{prefix}indices': {error.Message}", error);
        }
    }

    // Values that belong to one identity are copied from network to network: it must not stand for two topologies.
    private static Topology Share(TensorReader reader, Dictionary<ulong, Topology> known, string prefix, Topology topology)
    {
        if (known.TryAdd(topology.Id, topology)) return topology;
        using (topology)
        {
            return known[topology.Id].HasConnectionsOf(topology) ? known[topology.Id].Retain()
                : throw reader.Fail($"metadata '{prefix}topology' is that of a topology with other connections");
        }
    }

    private static LivingNeurons? ReadLiving(TensorReader reader, string name, int count)
    {
        if (!reader.TensorNames.Contains(name)) return null;
        using var bytes = reader.ReadBytes(name, count);
        var alive = new BitArray(count);
        for (var neuron = 0; neuron < count; neuron++)
            alive[neuron] = bytes[neuron] switch
            {
                0 => false,
                1 => true,
                var other => throw reader.Fail($"'{name}' holds {other} at {neuron}; expected 0 or 1"),
            };
        return new(alive);
    }

    private static string LivingName(int hidden) => NetworkSpec.LayerName(hidden + 1) + ".living";
}
