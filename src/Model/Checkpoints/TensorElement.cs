namespace ActorSparse.Model.Checkpoints;

/// <summary>Element types that ActorSparse writes; the names are those of the safetensors format.</summary>
internal enum TensorElement
{
    /// <summary>32-bit floating point.</summary>
    F32,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>Unsigned byte.</summary>
    U8,
}
