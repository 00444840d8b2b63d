namespace ActorSparse.Model.Numerics;

/// <summary>In how many bits a number travels.</summary>
public enum FloatFormat : byte
{
    /// <summary>32 bits, as it is computed with.</summary>
    Full,

    /// <summary>bfloat16: the range of 32 bits, 8 bits of precision.</summary>
    Bf16,

    /// <summary>IEEE 754 binary16: 11 bits of precision, for values scaled into its range.</summary>
    Fp16,
}
