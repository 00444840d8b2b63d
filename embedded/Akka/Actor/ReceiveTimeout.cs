namespace Akka.Actor;

/// <summary>Nothing was received for as long as SetReceiveTimeout said.</summary>
public sealed class ReceiveTimeout : IPossiblyHarmful
{
    public static readonly ReceiveTimeout Instance = new();

    private ReceiveTimeout()
    {
    }
}
