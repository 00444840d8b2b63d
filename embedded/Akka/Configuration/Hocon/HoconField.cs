namespace Akka.Configuration.Hocon;

/// <summary>A key with everything that was assigned to it, in order: later ones win, objects merge.</summary>
internal sealed class HoconField
{
    internal List<HoconExpression> Assignments { get; } = [];

    internal void Assign(HoconExpression expression)
    {
        // Two objects in braces are one object written in two places; merged here, references find its keys without resolving all of it.
        if (expression.Fields is { } added && Assignments is [.., { Fields: { } existing }])
            existing.MergeIn(added);
        else
            Assignments.Add(expression);
    }
}
