namespace ActorSparse.Model.Recovery;

/// <summary>What to sum over samples. A is the sensing matrix [D_1 X, ..., D_m X] of the gates, w the point.</summary>
internal enum SumKind
{
    /// <summary>The loss, then A_S^T (A w - y) on the support S of w.</summary>
    SupportGradient,

    /// <summary>The loss, then (D_j X)^T (A w - y) for each neuron j that is asked for: d numbers each.</summary>
    Blocks,

    /// <summary>A_S^T A_S v for the point v with support S.</summary>
    Gram,

    /// <summary>
    /// Of a network with several outputs the loss, then for each neuron that is asked for its gradients by input weights (d) and by output
    /// weights (k), at weights that may be others than those that the residual is of.
    /// </summary>
    VectorBlocks,

    /// <summary>Of such a network the squared norm of how much outputs change along a direction, to first order.</summary>
    VectorCurvature,
}
