using System.Collections;
using System.Globalization;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// A network as tensors of a safetensors file. Layer l, counted from 0, is compressed sparse rows, a row per output neuron:
/// "layers.l.indptr" (n_out + 1), "layers.l.indices" and "layers.l.values" (nnz), "layers.l.bias" (n_out); for training also
/// "layers.l.velocities" (nnz) and "layers.l.bias_velocities" (n_out), and after steps of AdamW "layers.l.second_moments" (nnz) and
/// "layers.l.bias_second_moments" (n_out). "layers.l.living" (n_out bytes) is there once neurons of that hidden
/// layer have been pruned. A root in front of all these names tells several networks in one file apart.
/// </summary>
internal static unsafe class NetworkTensors
{
    /// <summary>
    /// The tensors of <paramref name="network"/>, views of its memory; <paramref name="owned"/> receives what must live as long.
    /// </summary>
    public static List<TensorData> Of(Network network, bool withVelocities, List<IDisposable> owned, string root = "")
    {
        var tensors = new List<TensorData>();
        for (var index = 0; index < network.Layers.Count; index++)
        {
            var layer = network.Layers[index];
            var prefix = root + Prefix(index);
            tensors.Add(TensorData.Of(prefix + "indptr", layer.Topology.RowStarts, layer.Topology.OutputCount + 1L));
            tensors.Add(TensorData.Of(prefix + "indices", layer.Topology.Columns, layer.Topology.ConnectionCount));
            tensors.Add(TensorData.Of(prefix + "values", layer.Values));
            tensors.Add(TensorData.Of(prefix + "bias", layer.Bias.Values));
            if (withVelocities)
            {
                tensors.Add(TensorData.Of(prefix + "velocities", layer.Velocities));
                tensors.Add(TensorData.Of(prefix + "bias_velocities", layer.Bias.Velocities));
                if (layer.SecondMoments is not null)
                {
                    tensors.Add(TensorData.Of(prefix + "second_moments", layer.SecondMoments));
                    tensors.Add(TensorData.Of(prefix + "bias_second_moments", layer.Bias.SecondMoments!));
                }
            }
            if (index < network.LivingNeurons.Length && network.LivingNeurons[index] is { } living)
            {
                var bytes = new NativeBuffer<byte>(living.Count);
                owned.Add(bytes);
                for (var neuron = 0; neuron < living.Count; neuron++) bytes[neuron] = living.IsAlive(neuron) ? (byte)1 : (byte)0;
                tensors.Add(TensorData.Of(prefix + "living", bytes));
            }
        }
        return tensors;
    }

    /// <summary>What names the network in the file's metadata: the specification, and the identity of every topology.</summary>
    public static Dictionary<string, string> Metadata(Network network, string root = "")
    {
        var spec = network.Spec;
        var metadata = new Dictionary<string, string>
        {
            ["layers"] = SpecNames.FormatLayerSizes(spec.LayerSizes),
            ["activation"] = spec.HiddenActivation.ToString(),
            ["output_activation"] = spec.OutputActivation.ToString(),
            ["loss"] = SpecNames.Format(spec.Loss),
            ["initializer"] = SpecNames.Format(spec.Initializer),
            ["epsilon"] = spec.Epsilon.ToString("R", CultureInfo.InvariantCulture),
        };
        for (var index = 0; index < network.Layers.Count; index++)
            metadata[root + Prefix(index) + "topology"] = network.Layers[index].Topology.Id.ToString("x16", CultureInfo.InvariantCulture);
        return metadata;
    }

    /// <summary>
    /// Reads the network that <see cref="Of"/> and <see cref="Metadata"/> wrote. <paramref name="known"/> are topologies of the same file
    /// by identity, which networks share; this one's are added.
    /// </summary>
    /// <exception cref="InvalidInputException">Something is missing or does not fit.</exception>
    public static Network Read(SafetensorsReader reader, Dictionary<ulong, Topology> known, string root = "")
    {
        var spec = ReadSpec(reader);
        var layers = new SparseLayer[spec.LayerCount];
        try
        {
            for (var index = 0; index < layers.Length; index++)
                layers[index] = ReadLayer(reader, known, root + Prefix(index), spec.LayerSizes[index], spec.LayerSizes[index + 1]);
            var network = new Network(spec, layers);
            for (var index = 0; index < network.LivingNeurons.Length; index++)
                network.LivingNeurons[index] = ReadLiving(reader, root + Prefix(index) + "living", spec.LayerSizes[index + 1]);
            return network;
        }
        catch
        {
            foreach (var layer in layers) layer?.Dispose();
            throw;
        }
    }

    /// <summary>The metadata entry <paramref name="key"/>.</summary>
    public static string Require(SafetensorsReader reader, string key) =>
        reader.Metadata.TryGetValue(key, out var text) ? text
            : throw reader.Fail($"has no metadata '{key}'; expected a checkpoint of ActorSparse");

    private static NetworkSpec ReadSpec(SafetensorsReader reader)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = Parse(reader, "layers", SpecNames.ParseLayerSizes),
            HiddenActivation = Parse(reader, "activation", Activation.Parse),
            OutputActivation = Parse(reader, "output_activation", Activation.Parse),
            Loss = Parse(reader, "loss", SpecNames.ParseLoss),
            Initializer = Parse(reader, "initializer", SpecNames.ParseInitializer),
            Epsilon = Parse(reader, "epsilon", text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var epsilon)
                    ? epsilon : throw new InvalidInputException($"epsilon '{text}': expected a number")),
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

    private static T Parse<T>(SafetensorsReader reader, string key, Func<string, T> parse)
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

    private static SparseLayer ReadLayer(
        SafetensorsReader reader, Dictionary<ulong, Topology> known, string prefix, int inputs, int outputs)
    {
        using var topology = Share(reader, known, prefix, ReadTopology(reader, prefix, inputs, outputs));
        var layer = new SparseLayer(topology);
        try
        {
            Fill(reader, prefix + "values", layer.Values);
            Fill(reader, prefix + "bias", layer.Bias.Values);
            // A network exported without its momentum starts again from rest.
            if (reader.TensorNames.Contains(prefix + "velocities")) Fill(reader, prefix + "velocities", layer.Velocities);
            if (reader.TensorNames.Contains(prefix + "bias_velocities")) Fill(reader, prefix + "bias_velocities", layer.Bias.Velocities);
            if (reader.TensorNames.Contains(prefix + "second_moments"))
            {
                layer.EnsureSecondMoments();
                Fill(reader, prefix + "second_moments", layer.SecondMoments!);
                Fill(reader, prefix + "bias_second_moments", layer.Bias.SecondMoments!);
            }
            return layer;
        }
        catch
        {
            layer.Dispose();
            throw;
        }
    }

    private static void Fill(SafetensorsReader reader, string name, NativeBuffer<float> target)
    {
        using var values = reader.ReadFloats(name, target.Length);
        target.CopyFrom(values);
    }

    private static Topology ReadTopology(SafetensorsReader reader, string prefix, int inputs, int outputs)
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
    private static Topology Share(SafetensorsReader reader, Dictionary<ulong, Topology> known, string prefix, Topology topology)
    {
        if (known.TryAdd(topology.Id, topology)) return topology;
        using (topology)
        {
            return known[topology.Id].HasConnectionsOf(topology) ? known[topology.Id].Retain()
                : throw reader.Fail($"metadata '{prefix}topology' is that of a topology with other connections");
        }
    }

    private static LivingNeurons? ReadLiving(SafetensorsReader reader, string name, int count)
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

    private static string Prefix(int layer) => string.Create(CultureInfo.InvariantCulture, $"layers.{layer}.");
}
