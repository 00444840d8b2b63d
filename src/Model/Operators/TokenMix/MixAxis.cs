namespace ActorSparse.Model.Operators.TokenMix;

/// <summary>Along which positions a map mixes.</summary>
internal enum MixAxis
{
    /// <summary>Every row: position w of a row comes from all positions of that row.</summary>
    Rows,

    /// <summary>Every column: position h of a column comes from all positions of that column.</summary>
    Columns,
}
