namespace ActorSparse.Model.Operators.Pooling;

/// <summary>What a window of positions becomes.</summary>
internal enum PoolFunction
{
    /// <summary>The largest number; its gradient goes to the first of several largest.</summary>
    Max,

    /// <summary>The mean; positions beyond the border count as 0.</summary>
    Mean,
}
