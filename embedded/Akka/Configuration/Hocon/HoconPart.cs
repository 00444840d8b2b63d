namespace Akka.Configuration.Hocon;

/// <summary>A piece of a value as written; pieces that stand side by side are joined when the text is resolved.</summary>
internal abstract record HoconPart(HoconPosition Position)
{
    internal sealed record Text(HoconPosition Position, string Content, bool Quoted) : HoconPart(Position)
    {
        internal bool IsBlank => !Quoted && string.IsNullOrWhiteSpace(Content);
    }

    internal sealed record Fields(HoconPosition Position, HoconFields Items) : HoconPart(Position);

    internal sealed record Elements(HoconPosition Position, IReadOnlyList<HoconExpression> Items) : HoconPart(Position);

    internal sealed record Substitution(HoconPosition Position, string Path, bool Optional) : HoconPart(Position);

    /// <summary>What the key held before: the left side of <c>+=</c>.</summary>
    internal sealed record PreviousValue(HoconPosition Position) : HoconPart(Position);

    /// <summary>A value that an include brought, already resolved.</summary>
    internal sealed record Included(HoconPosition Position, HoconValue Value) : HoconPart(Position);
}
