namespace ActorSparse.Model.Operators;

/// <summary>Which activations of the forward pass a node's backward pass reads, or what comes after it: the rest need not be kept.</summary>
[Flags]
internal enum BackwardReads
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>What came in.</summary>
    Inputs = 1,

    /// <summary>What came out.</summary>
    Output = 2,
}
