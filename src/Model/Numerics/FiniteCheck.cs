using System.Numerics;

namespace ActorSparse.Model.Numerics;

/// <summary>Tells infinities and NaN from numbers at memory speed.</summary>
internal static unsafe class FiniteCheck
{
    /// <summary>Whether every element is a finite number.</summary>
    public static bool IsFinite(NativeBuffer<float> values)
    {
        // x - x is 0 for every finite x and NaN for the others; a sum with a NaN in it is NaN.
        var sum = Vector<float>.Zero;
        var pointer = values.Pointer;
        long position = 0;
        for (; position <= values.Length - Vector<float>.Count; position += Vector<float>.Count)
        {
            var vector = *(Vector<float>*)(pointer + position);
            sum += vector - vector;
        }
        var tail = Vector.Sum(sum);
        for (; position < values.Length; position++) tail += pointer[position] - pointer[position];
        return tail == 0;
    }
}
