using System.Runtime.Serialization;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Wire;

/// <summary>The shape of a network as bytes.</summary>
internal static class SpecCodec
{
    public static void Write(WireWriter writer, NetworkSpec spec)
    {
        writer.List(spec.LayerSizes, static (w, size) => w.Int32(size));
        writer.String(spec.Graph is { } graph ? GraphCodec.Format(graph) : "");
        WriteActivation(writer, spec.HiddenActivation);
        WriteActivation(writer, spec.OutputActivation);
        writer.Byte((byte)spec.Loss);
        writer.Double(spec.Epsilon);
        writer.Byte((byte)spec.Distribution);
        writer.Byte((byte)spec.Initializer);
        writer.Double(spec.LabelSmoothing);
    }

    /// <exception cref="SerializationException">No network can be of that shape.</exception>
    public static NetworkSpec Read(WireReader reader)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = reader.List(static r => r.Int32(), sizeof(int)),
            Graph = ReadGraph(reader.String()),
            HiddenActivation = ReadActivation(reader),
            OutputActivation = ReadActivation(reader),
            Loss = reader.Enum<LossKind>(),
            Epsilon = reader.Double(),
            Distribution = reader.Enum<ConnectionDistribution>(),
            Initializer = reader.Enum<Initializer>(),
            LabelSmoothing = reader.Double(),
        };
        try
        {
            spec.Validate();
            return spec;
        }
        catch (InvalidInputException exception)
        {
            throw new SerializationException("a network that cannot be built: the message is damaged", exception);
        }
    }

    private static GraphSpec? ReadGraph(string text)
    {
        try
        {
            return text == "" ? null : GraphCodec.Parse(text);
        }
        catch (InvalidInputException exception)
        {
            throw new SerializationException("a network that cannot be built: the message is damaged", exception);
        }
    }

    private static void WriteActivation(WireWriter writer, Activation activation)
    {
        writer.Byte((byte)activation.Kind);
        writer.Double(activation.Slope);
    }

    private static Activation ReadActivation(WireReader reader)
    {
        var activation = new Activation(reader.Enum<ActivationKind>(), (float)reader.Double());
        return float.IsFinite(activation.Slope) ? activation
            : throw new SerializationException($"an activation of slope {activation.Slope}: the message is damaged");
    }
}
