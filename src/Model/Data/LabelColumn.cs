namespace ActorSparse.Model.Data;

/// <summary>Where a table has its labels.</summary>
public enum LabelColumn
{
    /// <summary>In the last column.</summary>
    Last,

    /// <summary>In the first column.</summary>
    First,

    /// <summary>Nowhere: samples to predict.</summary>
    None,
}
