using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>Stands where the coordinator expects a child and passes everything on to a probe, who may answer.</summary>
internal sealed class Forwarder : ReceiveActor
{
    public Forwarder(IActorRef target) => ReceiveAny(target.Forward);

    public static Props Props(IActorRef target) => Akka.Actor.Props.Create(() => new Forwarder(target));
}
