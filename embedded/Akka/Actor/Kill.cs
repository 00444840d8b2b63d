namespace Akka.Actor;

/// <summary>Makes its receiver throw <see cref="ActorKilledException"/>; the supervisor decides what follows.</summary>
public sealed class Kill : IAutoReceivedMessage, IPossiblyHarmful
{
    public static readonly Kill Instance = new();

    private Kill()
    {
    }

    public override string ToString() => "<Kill>";
}
