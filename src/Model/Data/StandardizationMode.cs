namespace ActorSparse.Model.Data;

/// <summary>What standardisation does to a feature.</summary>
public enum StandardizationMode
{
    /// <summary>
    /// Full for dense data, and of sparse data for the features that more than half of the samples store; Scale for the others.
    /// </summary>
    Auto,

    /// <summary>Subtracts the mean and divides by the deviation; the zeros of sparse data become non-zero within a batch.</summary>
    Full,

    /// <summary>Divides by the deviation only: zeros stay zero.</summary>
    Scale,

    /// <summary>Leaves features as they are.</summary>
    None,
}
