namespace ActorSparse.Model.Recovery;

/// <summary>How a step descends within a support.</summary>
internal enum DescentKind
{
    /// <summary>Along the gradient, by the step's own size, halved until it does not overshoot: the reference's way.</summary>
    Halving,

    /// <summary>Along the gradient, as far as is best.</summary>
    Steepest,

    /// <summary>Along conjugate directions, as far as is best: least squares on the support, of which each descent solves one dimension.</summary>
    Conjugate,
}
