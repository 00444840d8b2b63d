namespace Akka.Configuration.Hocon;

/// <summary>The right side of one assignment, not yet resolved.</summary>
internal sealed class HoconExpression(IReadOnlyList<HoconPart> parts)
{
    internal IReadOnlyList<HoconPart> Parts { get; } = parts;

    /// <summary>The fields, where this is nothing but an object in braces; otherwise null.</summary>
    internal HoconFields? Fields => Parts is [HoconPart.Fields literal] ? literal.Items : null;

    /// <summary>Set while this is being resolved, so that a reference to its own key finds the earlier value instead.</summary>
    internal bool Resolving { get; set; }
}
