using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>What a test kit asks of its test actor.</summary>
internal abstract record TestActorMessage : INoSerializationVerificationNeeded
{
    internal sealed record Ignore(Func<object, bool>? ShouldIgnore) : TestActorMessage;

    internal sealed record SetAutoPilot(AutoPilot Pilot) : TestActorMessage;

    internal sealed record Watch(IActorRef Subject) : TestActorMessage;

    internal sealed record Unwatch(IActorRef Subject) : TestActorMessage;

    /// <summary>Answered with the child's reference.</summary>
    internal sealed record Spawn(Props Props, string? Name, SupervisorStrategy? Strategy) : TestActorMessage;
}
