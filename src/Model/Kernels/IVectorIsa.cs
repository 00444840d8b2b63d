using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// The vector operations that kernels are written with, once for every width. Implementations are empty structs, so that the compiler
/// specialises each kernel for each of them.
/// </summary>
internal unsafe interface IVectorIsa<TVector> where TVector : struct
{
    static abstract bool IsSupported { get; }

    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Vectors that processors with this instruction set hold in registers.</summary>
    static abstract int Registers { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* target, TVector vector);

    static abstract TVector Create(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left * right + addend, fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Sqrt(TVector vector);

    /// <summary>0 in the place of elements below the smallest normal number, which many processors compute with a hundred times slower.</summary>
    static abstract TVector FlushSubnormal(TVector vector);

    static abstract TVector Exp(TVector vector);

    /// <summary>2 to the power of whole numbers from -126 to 127.</summary>
    static abstract TVector PowerOfTwo(TVector whole);

    /// <summary>The sums over the elements of four vectors; each is rounded in the same order, whatever the other three are.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);

    /// <summary>Bit k is set if element k is positive.</summary>
    static abstract uint PositiveBits(TVector vector);

    /// <summary>Element k of <paramref name="set"/> where bit k is set, of <paramref name="clear"/> elsewhere.</summary>
    static abstract TVector Select(uint bits, TVector set, TVector clear);

    /// <summary>
    /// Both rounded to 16 bits, in the halves of words (<see cref="HalfActivations"/>). High halves below 2^-63 in magnitude become that, so that
    /// the low ones do not show.
    /// </summary>
    static abstract TVector Halve(TVector low, TVector high);

    /// <summary>The samples in the low halves.</summary>
    static abstract TVector LowHalf(TVector words);
}
