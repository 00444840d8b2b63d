namespace Akka.Actor;

/// <summary>The step <c>..</c> to the parent.</summary>
public sealed class SelectParent : SelectionPathElement
{
    public override string ToString() => "..";
}
