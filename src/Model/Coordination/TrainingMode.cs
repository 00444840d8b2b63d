namespace ActorSparse.Model.Coordination;

/// <summary>How phase one applies gradients (wasap specification, section 5).</summary>
public enum TrainingMode : byte
{
    /// <summary>Each as it comes.</summary>
    Wasap,

    /// <summary>The mean of one from every shard, all of the same version.</summary>
    Wssp,
}
