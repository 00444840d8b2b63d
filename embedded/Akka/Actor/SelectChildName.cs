namespace Akka.Actor;

/// <summary>The step to the child of one name.</summary>
public sealed class SelectChildName(string name) : SelectionPathElement
{
    public string Name { get; } = name;

    public override string ToString() => Name;
}
