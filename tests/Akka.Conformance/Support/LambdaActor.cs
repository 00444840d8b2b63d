using Akka.Actor;

namespace Akka.Conformance.Support;

/// <summary>An actor without state of its own, for tests that need one handler and nothing else.</summary>
public sealed class LambdaActor(Action<object, IUntypedActorContext> onReceive) : UntypedActor
{
    public static Props Props(Action<object, IUntypedActorContext> onReceive) =>
        Akka.Actor.Props.Create(() => new LambdaActor(onReceive));

    protected override void OnReceive(object message) => onReceive(message, Context);
}
