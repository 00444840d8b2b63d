using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>An actor that the coordinator starts, and starts anew when it dies: a local worker or a helper.</summary>
/// <param name="name">What it is called in every life.</param>
/// <param name="lives">Its lives.</param>
/// <param name="props">How it is made, from its incarnation; null if it never is.</param>
internal sealed class Child(string name, Lives lives, Func<long, Props>? props)
{
    public string Name => name;

    public Lives Lives => lives;

    /// <summary>Its present life; nobody before the first.</summary>
    public IActorRef Actor { get; private set; } = ActorRefs.Nobody;

    public void Start(IActorContext context)
    {
        if (props is not null) Actor = context.Watch(context.ActorOf(props(lives.Incarnation), $"{name}-{lives.Incarnation}"));
    }
}
