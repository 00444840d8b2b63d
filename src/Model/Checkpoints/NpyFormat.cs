using System.Buffers.Binary;
using System.Text;

namespace ActorSparse.Model.Checkpoints;

/// <summary>Writes arrays in NumPy's NPY format, version 1.0: magic, header length, a Python dictionary padded to 64 bytes, the
/// data.</summary>
internal static class NpyFormat
{
    private const int AlignmentBytes = 64;

    /// <summary>NumPy's type string of <paramref name="element"/>.</summary>
    public static string Descriptor(TensorElement element) =>
        element switch { TensorElement.F32 => "<f4", TensorElement.I32 => "<i4", _ => "|u1" };

    /// <summary>Writes the header for an array in C order; <paramref name="descriptor"/> is NumPy's type string, such as
    /// "&lt;f4".</summary>
    public static void WriteHeader(Stream stream, string descriptor, params ReadOnlySpan<long> shape)
    {
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        var text = new StringBuilder($"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': (");
        foreach (var size in shape) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{size},");
        text.Append("), }");
        var used = magic.Length + sizeof(ushort) + text.Length + 1;
        text.Append(' ', (used + AlignmentBytes - 1) / AlignmentBytes * AlignmentBytes - used).Append('\n');
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, checked((ushort)text.Length));
        stream.Write(magic);
        stream.Write(length);
        stream.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }

    /// <summary>Writes a one-dimensional array.</summary>
    public static void Write(Stream stream, TensorData tensor)
    {
        WriteHeader(stream, Descriptor(tensor.Element), tensor.Length);
        for (long offset = 0; offset < tensor.Bytes;)
        {
            var piece = tensor.Piece(offset);
            stream.Write(piece);
            offset += piece.Length;
        }
    }
}
