using System.Numerics;

namespace ActorSparse.Model.Numerics;

/// <summary>Tells infinities and NaN from numbers at memory speed.</summary>
internal static unsafe class FiniteCheck
{
    /// <summary>Whether every element is a finite number.</summary>
    public static bool IsFinite(NativeBuffer<float> values) => IsFinite(values.Pointer, values.Length);

    /// <summary>Whether <paramref name="count"/> elements from <paramref name="pointer"/> on are finite numbers.</summary>
    public static bool IsFinite(float* pointer, long count)
    {
        // x - x is 0 for every finite x and NaN for the others; a sum with a NaN in it is NaN. Four sums, none of which waits for another.
        Vector<float> sum = Vector<float>.Zero, second = sum, third = sum, fourth = sum;
        long position = 0;
        for (; position <= count - 4 * Vector<float>.Count; position += 4 * Vector<float>.Count)
        {
            var vectors = (Vector<float>*)(pointer + position);
            sum += vectors[0] - vectors[0];
            second += vectors[1] - vectors[1];
            third += vectors[2] - vectors[2];
            fourth += vectors[3] - vectors[3];
        }
        sum += second + (third + fourth);
        for (; position <= count - Vector<float>.Count; position += Vector<float>.Count)
        {
            var vector = *(Vector<float>*)(pointer + position);
            sum += vector - vector;
        }
        var tail = Vector.Sum(sum);
        for (; position < count; position++) tail += pointer[position] - pointer[position];
        return tail == 0;
    }
}
