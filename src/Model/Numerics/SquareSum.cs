using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Numerics;

/// <summary>Sums of squares in double precision, in an order that depends neither on the processor nor on threads.</summary>
internal static unsafe class SquareSum
{
    // Four vectors of four: fixed, so that every processor rounds alike.
    private const int Step = 16;

    /// <summary>The sum of the squares of all elements.</summary>
    public static double Of(NativeBuffer<float> values)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        var pointer = values.Pointer;
        long position = 0;
        for (; position <= values.Length - Step; position += Step)
        {
            var (a2, b2) = Vector256.Widen(Vector256.Load(pointer + position));
            var (c2, d2) = Vector256.Widen(Vector256.Load(pointer + position + Vector256<float>.Count));
            a += a2 * a2;
            b += b2 * b2;
            c += c2 * c2;
            d += d2 * d2;
        }
        var sum = Vector256.Sum(a + b + (c + d));
        for (; position < values.Length; position++) sum += (double)pointer[position] * pointer[position];
        return sum;
    }
}
