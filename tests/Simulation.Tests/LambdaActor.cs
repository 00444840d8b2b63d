using Akka.Actor;

namespace Akka.Simulation.Tests;

/// <summary>An actor from a handler.</summary>
internal sealed class LambdaActor(Action<object, IUntypedActorContext> onReceive, Action<IActorContext>? onStart = null) : UntypedActor
{
    internal static Props Props(Action<object, IUntypedActorContext> onReceive, Action<IActorContext>? onStart = null) =>
        Actor.Props.Create(() => new LambdaActor(onReceive, onStart));

    protected override void PreStart() => onStart?.Invoke(Context);

    protected override void OnReceive(object message) => onReceive(message, Context);
}
