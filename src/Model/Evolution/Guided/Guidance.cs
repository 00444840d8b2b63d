namespace ActorSparse.Model.Evolution.Guided;

/// <summary>How the two neurons of a candidate connection are drawn (gse specification, section 2.3).</summary>
public enum Guidance
{
    /// <summary>All neurons alike.</summary>
    Uniform,

    /// <summary>By the sum of the magnitudes over the batch, whose product bounds the gradient of the connection.</summary>
    GraBo,

    /// <summary>
    /// By the magnitude of the sum over the batch under random signs, whose product estimates the gradient of the connection.
    /// </summary>
    GraEst,
}
