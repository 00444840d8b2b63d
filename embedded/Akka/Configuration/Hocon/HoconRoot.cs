namespace Akka.Configuration.Hocon;

/// <summary>The outermost object of a HOCON text; an include callback returns one.</summary>
public class HoconRoot
{
    public HoconRoot(HoconValue value) => Value = value;

    public HoconValue Value { get; }
}
