using CsCheck;

namespace ActorSparse.Tests.Support;

/// <summary>Changes of bytes such as disks, networks and attackers make, small and large.</summary>
internal static class Damage
{
    /// <summary>
    /// One to three changes: where, as a number that is taken modulo the length; how (0 flips a bit, 1 and 2 put the largest number of 32
    /// bits or -1 there, 3 another byte, 4 cuts, 5 puts a byte in); and a value for that.
    /// </summary>
    public static Gen<(int Place, int Kind, byte Value)[]> Any { get; } =
        (from place in Gen.Int[0, 1 << 20]
         from kind in Gen.Int[0, 5]
         from value in Gen.Byte
         select (place, kind, value)).Array[1, 3];

    /// <summary>A copy of <paramref name="bytes"/> with the changes, of the same length if <paramref name="keepLength"/>.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> bytes, (int Place, int Kind, byte Value)[] changes, bool keepLength = false)
    {
        List<byte> damaged = [.. bytes];
        foreach (var (place, kind, value) in changes)
        {
            if (damaged.Count == 0) break;
            var at = place % damaged.Count;
            switch (kind)
            {
                case 0: damaged[at] ^= (byte)(1 << (value % 8)); break;
                case 1: Fill(damaged, at, 0xFF, 0x7F); break;
                case 2: Fill(damaged, at, 0xFF, 0xFF); break;
                case 4 when !keepLength: damaged.RemoveRange(at, damaged.Count - at); break;
                case 5 when !keepLength: damaged.Insert(at, value); break;
                default: damaged[at] = value; break;
            }
        }
        return [.. damaged];
    }

    private static void Fill(List<byte> bytes, int at, byte low, byte high)
    {
        for (var index = 0; index < 4 && at + index < bytes.Count; index++) bytes[at + index] = index < 3 ? low : high;
    }
}
