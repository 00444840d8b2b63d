namespace ActorSparse.Model.Evolution;

/// <summary>
/// What an evolution took, counted rather than timed: the proof that a guided rule stays linear in neurons and connections.
/// </summary>
/// <param name="GradientCount">Gradients of single absent connections that were computed.</param>
/// <param name="DrawCount">Candidate pairs drawn, repeated and present ones included.</param>
/// <param name="AliasSteps">Entries visited in building alias tables.</param>
/// <param name="FallbackCount">Sides of a layer whose sums were all zero or not finite, so that neurons were drawn uniformly.</param>
/// <param name="FloatingPointOperations">Additions and multiplications on activations and gradients; a multiply-add is two.</param>
/// <param name="WorkspaceBytes">Bytes of buffers made for the evolution, apart from the new topology.</param>
public readonly record struct EvolutionCost(
    long GradientCount, long DrawCount, long AliasSteps, long FallbackCount, long FloatingPointOperations, long WorkspaceBytes)
{
    /// <summary>The sum of two costs.</summary>
    public static EvolutionCost operator +(EvolutionCost left, EvolutionCost right) => Add(left, right);

    /// <summary>The sum of two costs.</summary>
    public static EvolutionCost Add(EvolutionCost left, EvolutionCost right) => new(
        left.GradientCount + right.GradientCount, left.DrawCount + right.DrawCount, left.AliasSteps + right.AliasSteps,
        left.FallbackCount + right.FallbackCount, left.FloatingPointOperations + right.FloatingPointOperations,
        left.WorkspaceBytes + right.WorkspaceBytes);
}
