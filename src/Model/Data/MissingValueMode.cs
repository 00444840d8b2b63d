namespace ActorSparse.Model.Data;

/// <summary>What becomes of fields of a table that hold no value.</summary>
public enum MissingValueMode
{
    /// <summary>They are refused.</summary>
    Refuse,

    /// <summary>The mean of the column in the training samples; a category that is missing is none of them.</summary>
    Mean,

    /// <summary>The median of the column in the training samples; a category that is missing is none of them.</summary>
    Median,
}
