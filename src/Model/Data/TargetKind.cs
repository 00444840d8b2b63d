namespace ActorSparse.Model.Data;

/// <summary>What the samples of a data set have as targets.</summary>
public enum TargetKind
{
    /// <summary>One of several classes each: <see cref="ClassTargets"/>.</summary>
    Classes,

    /// <summary>One or more real numbers each: <see cref="RealTargets"/>.</summary>
    Real,

    /// <summary>Any of several labels each: <see cref="LabelSets"/>.</summary>
    LabelSets,
}
