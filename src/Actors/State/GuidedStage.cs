namespace ActorSparse.Actors.State;

/// <summary>How far an evolution by gradients is.</summary>
public enum GuidedStage
{
    /// <summary>None is due.</summary>
    None,

    /// <summary>A worker is to measure the batch.</summary>
    ToMeasure,

    /// <summary>A worker measures it.</summary>
    Measuring,

    /// <summary>The topology actor is to draw candidates.</summary>
    ToDraw,

    /// <summary>It draws them.</summary>
    Drawing,

    /// <summary>A worker is to compute the candidates' gradients.</summary>
    ToDifferentiate,

    /// <summary>A worker computes them.</summary>
    Differentiating,

    /// <summary>The topology actor selects.</summary>
    Selecting,

    /// <summary>The changes are here and wait for the update that they go with.</summary>
    Selected,
}
