using System.Buffers.Binary;

namespace ActorSparse.Model.Tests.Data;

/// <summary>IDX files for tests, written independently of the reader.</summary>
internal static class IdxBytes
{
    public static byte[] Of(byte type, int[] dimensions, byte[] elements)
    {
        var bytes = new byte[4 + 4 * dimensions.Length + elements.Length];
        bytes[2] = type;
        bytes[3] = (byte)dimensions.Length;
        for (var index = 0; index < dimensions.Length; index++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * index), dimensions[index]);
        elements.CopyTo(bytes, 4 + 4 * dimensions.Length);
        return bytes;
    }

    public static byte[] Images(int count, int height, int width, byte[] pixels) => Of(0x08, [count, height, width], pixels);

    public static byte[] Labels(params byte[] labels) => Of(0x08, [labels.Length], labels);
}
