using System.Globalization;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using Google.Protobuf;

namespace ActorSparse.Model.Onnx;

/// <summary>
/// Writes a network as an ONNX model: "features" (samples x features, as they are in the data) become "probabilities", or "targets" in
/// their units. Standardisation is part of the graph; the metadata are those of the other exports.
/// </summary>
internal static class OnnxExport
{
    private const int IrVersion = 9, OperatorSet = 20;
    private const long BytesMax = int.MaxValue; // of a message of protocol buffers

    /// <summary>Replaces <paramref name="path"/> by the network, its weights as dense or as sparse initialisers.</summary>
    /// <exception cref="InvalidInputException">ONNX cannot say an operator, or cannot hold so much.</exception>
    public static void Write(Checkpoint checkpoint, string path, bool isSparse)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var model = new ModelProto
        {
            IrVersion = IrVersion, ProducerName = "ActorSparse", OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
        };
        foreach (var (key, value) in NetworkExport.Metadata(checkpoint).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        var bytes = WeightBytes(checkpoint.Network, isSparse) + model.CalculateSize();
        if (bytes > BytesMax)
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"{path}: {(isSparse ? "sparse" : "dense")} weights of {bytes / 1e9:0.0} GB; "
                + $"expected at most {BytesMax / 1e9:0.0} GB, the most that an ONNX file holds"));
        model.Graph = Graph(checkpoint, isSparse);
        AtomicFile.WriteStream(path, model.WriteTo);
    }

    /// <summary>Bytes of the weights in an export.</summary>
    public static long WeightBytes(Network network, bool isSparse)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Parameters.Blocks.Sum(block => sizeof(float) * block.Values.Length) + network.Parameters.Sparse.Sum(block => isSparse
            ? sizeof(long) * block.Values.Length
            : sizeof(float) * ((long)block.Topology.InputCount * block.Topology.OutputCount - block.Values.Length));
    }

    private static GraphProto Graph(Checkpoint checkpoint, bool isSparse)
    {
        var (network, schema) = (checkpoint.Network, checkpoint.Schema);
        var (spec, graph) = (network.Spec.ToGraph(), new OnnxGraph(isSparse) { Prefix = "features" });
        graph.Proto.Input.Add(OnnxGraph.Port("features", spec.Input.Count));
        var features = "features";
        if (schema?.Standardization is { } standardization)
            features = graph.Add("Div", [
                graph.Add("Sub", [features, graph.Floats("features.means", standardization.Means, standardization.FeatureCount)]),
                graph.Floats("features.deviations", standardization.Deviations, standardization.FeatureCount)]);
        if (!spec.Input.IsVector)
            features = graph.Add("Reshape", [features, graph.Integers(0, spec.Input.Channels, spec.Input.Height, spec.Input.Width)]);
        var outputs = new List<string> { features };
        for (var index = 0; index < spec.Nodes.Count; index++)
        {
            var (node, blocks) = (spec.Nodes[index], spec.Blocks[index]);
            graph.Prefix = node.Name;
            outputs.Add(OnnxOperators.Add(new(
                graph, node, [.. node.Inputs.Select(source => outputs[source])], spec.InputsOf(index), spec.Shapes[index + 1],
                [.. network.Parameters.Sparse.Skip(blocks.FirstSparse).Take(blocks.SparseCount)],
                [.. network.Parameters.Dense.Skip(blocks.FirstDense).Take(blocks.DenseCount)])));
        }
        graph.Prefix = "output";
        var output = OnnxOperators.Activate(graph, network.Spec.OutputActivation, outputs[^1]);
        if (schema?.TargetStandardization is { } targets)
            output = graph.Add("Add", [
                graph.Add("Mul", [output, graph.Floats("targets.deviations", targets.Deviations, targets.FeatureCount)]),
                graph.Floats("targets.means", targets.Means, targets.FeatureCount)]);
        var name = schema?.TargetKind == TargetKind.Real ? "targets"
            : network.Spec.OutputActivation.Kind is ActivationKind.Softmax or ActivationKind.Sigmoid ? "probabilities" : "outputs";
        graph.Proto.Node.Add(new NodeProto { Name = name, OpType = "Identity", Input = { output }, Output = { name } });
        graph.Proto.Output.Add(OnnxGraph.Port(name, spec.Output.Count));
        return graph.Proto;
    }
}
