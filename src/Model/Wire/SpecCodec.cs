using System.Runtime.Serialization;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Wire;

/// <summary>The shape of a network as bytes.</summary>
internal static class SpecCodec
{
    public static void Write(WireWriter writer, NetworkSpec spec)
    {
        writer.List(spec.LayerSizes, static (w, size) => w.Int32(size));
        WriteActivation(writer, spec.HiddenActivation);
        WriteActivation(writer, spec.OutputActivation);
        writer.Byte((byte)spec.Loss);
        writer.Double(spec.Epsilon);
        writer.Byte((byte)spec.Initializer);
    }

    public static NetworkSpec Read(WireReader reader)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = reader.List(static r => r.Int32(), sizeof(int)),
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
}
