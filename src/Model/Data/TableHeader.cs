namespace ActorSparse.Model.Data;

/// <summary>Whether the first line of a table names the columns.</summary>
public enum TableHeader
{
    /// <summary>It does if no feature in it is a number, or if its label is no number while that of the next line is one.</summary>
    Auto,

    /// <summary>It does.</summary>
    Yes,

    /// <summary>It is a sample.</summary>
    No,
}
