using System.Globalization;
using System.Text.Json.Nodes;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Host.Commands;

/// <summary>inspect: what a checkpoint holds, and how sparse each layer really is.</summary>
internal static class InspectCommand
{
    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        if (argument.Settings.Flag("json")) context.Output.WriteLine(HostJson.Line(Json(argument)));
        else Write(context.Output, argument);
        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, CheckpointArgument argument)
    {
        var (checkpoint, network) = (argument.Checkpoint, argument.Checkpoint.Network);
        var culture = CultureInfo.InvariantCulture;
        var spec = network.Spec;
        output.WriteLine($"file         {argument.Path}");
        output.WriteLine(
            $"network      {spec.Describe()}{(spec.IsChain ? $", {spec.HiddenActivation}" : "")}, output {spec.OutputActivation}, " +
            SpecNames.Format(spec.Loss) + (spec.LabelSmoothing > 0 ? string.Create(culture, $", label smoothing {spec.LabelSmoothing}") : ""));
        if (checkpoint.State is { } state)
            output.WriteLine(
                string.Create(culture,
                $"training     {checkpoint.Phase}, epoch {state.Epoch + 1}, batch {state.Batch + 1}, {state.UpdateCount:N0} " +
                $"updates, seed {state.Seed}"));
        if (checkpoint.Schema is { } schema)
            output.WriteLine(
                string.Create(culture,
                $"data         {schema.FeatureCount:N0} features{(schema.Standardization is null ? "" : ", standardised")}, " +
                $"{Targets(schema)}"));
        var table = new TextTable("layer", "shape", "connections", "target", "density", "target", "living outputs", "mean |w|", "max |w|",
            "bytes");
        var epsilons = spec.Epsilons();
        for (var index = 0; index < network.Parameters.Sparse.Count; index++)
        {
            var layer = network.Parameters.Sparse[index];
            var topology = layer.Topology;
            var expected = ErdosRenyi.ExpectedConnections(topology.InputCount, topology.OutputCount, epsilons[index]);
            var (mean, most) = Magnitudes(layer);
            table.Add(
                spec.IsChain ? (index + 1).ToString(culture) : network.Parameters.Layout.Sparse[index].Name,
                    $"{topology.InputCount}x{topology.OutputCount}",
                    topology.ConnectionCount.ToString("N0", culture), expected.ToString("N0", culture),
                topology.Density.ToString("0.000000", culture),
                    (expected / topology.InputCount / topology.OutputCount).ToString("0.000000", culture),
                (index < network.LivingNeurons.Length ? network.LivingNeuronCounts()[index] : topology.OutputCount).ToString("N0", culture),
                mean.ToString("0.0000", culture), most.ToString("0.0000", culture), layer.Bytes.ToString("N0", culture));
        }
        table.Write(output);
        if (spec.Graph is { } graph) WriteNodes(output, graph, network);
        var positions = network.Parameters.Layout.PossibleConnections;
        output.WriteLine(string.Create(culture,
            $"total        {network.ConnectionCount:N0} connections of {positions:N0} possible " +
                $"({network.ConnectionCount / positions:0.000000}), {network.Parameters.Bytes:N0} bytes with momentum; " +
                $"dense weights and momentum would be {8 * positions:N0}"));
    }

    private static void WriteNodes(TextWriter output, GraphSpec graph, Network network)
    {
        var culture = CultureInfo.InvariantCulture;
        var table = new TextTable("node", "operator", "from", "shape", "parameters", "multiply-adds a sample");
        var place = 0;
        for (var index = 0; index < graph.Nodes.Count; index++)
        {
            var (node, blocks) = (graph.Nodes[index], graph.Blocks[index]);
            var count = blocks.SparseCount + blocks.DenseCount;
            var parameters = network.Parameters.Blocks.Skip(place).Take(count).Sum(block => block.Values.Length);
            place += count;
            var sources = node.Inputs.Select(source => source == 0 ? "input" : graph.Nodes[source - 1].Name);
            table.Add(
                node.Name, node.Operator.Kind, string.Join(' ', sources), graph.Shapes[index + 1].ToString(),
                parameters.ToString("N0", culture), graph.MultiplyAdds(network.Parameters, index).ToString("N0", culture));
        }
        table.Write(output);
    }

    private static JsonObject Json(CheckpointArgument argument)
    {
        var network = argument.Checkpoint.Network;
        var epsilons = network.Spec.Epsilons();
        return new()
        {
            ["checkpoint"] = argument.Path,
            ["layers"] = new JsonArray([.. network.Parameters.Sparse.Select((layer, index) => new JsonObject
            {
                ["inputs"] = layer.Topology.InputCount,
                ["outputs"] = layer.Topology.OutputCount,
                ["connections"] = layer.Topology.ConnectionCount,
                ["target_connections"] = ErdosRenyi.ExpectedConnections(layer.Topology.InputCount, layer.Topology.OutputCount,
                    epsilons[index]),
                ["density"] = layer.Topology.Density,
                ["topology"] = layer.Topology.Id.ToString("x16", CultureInfo.InvariantCulture),
                ["bytes"] = layer.Bytes,
            })]),
            ["loss"] = SpecNames.Format(network.Spec.Loss),
            ["targets"] = argument.Checkpoint.Schema?.TargetNames is { } names
                ? new JsonArray([.. names.Select(name => JsonValue.Create(name))]) : null,
            ["living_neurons"] = new JsonArray([.. network.LivingNeuronCounts().Select(count => JsonValue.Create(count))]),
            ["connections"] = network.ConnectionCount,
            ["phase"] = argument.Checkpoint.Phase,
            ["epoch"] = argument.Checkpoint.State?.Epoch,
            ["batch"] = argument.Checkpoint.State?.Batch,
            ["updates"] = argument.Checkpoint.State?.UpdateCount,
        };
    }

    private static string Targets(DataSchema schema)
    {
        if (schema.TargetNames is not { } names) return string.Create(CultureInfo.InvariantCulture, $"{schema.ClassCount} classes");
        const int Shown = 20;
        var shown = names.Take(Shown).Select((name, target) => schema.TargetStandardization is not { } standardization ? name
            : string.Create(CultureInfo.InvariantCulture,
                $"{name} (mean {standardization.Means[target]:G5}, deviation {standardization.Deviations[target]:G5})"));
        var what = schema.TargetKind == TargetKind.Real ? "real target" : "label";
        return string.Create(CultureInfo.InvariantCulture,
            $"{names.Count} {what}{(names.Count == 1 ? "" : "s")}: {string.Join(", ", shown)}{(names.Count > Shown ? ", ..." : "")}");
    }

    private static (double Mean, double Largest) Magnitudes(SparseBlock layer)
    {
        double sum = 0, largest = 0;
        for (long position = 0; position < layer.Values.Length; position++)
        {
            var magnitude = Math.Abs(layer.Values[position]);
            sum += magnitude;
            largest = Math.Max(largest, magnitude);
        }
        return (layer.Values.Length == 0 ? 0 : sum / layer.Values.Length, largest);
    }
}
