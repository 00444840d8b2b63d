using Akka.Actor;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>Stands in front of an actor, which so takes a while for everything that it is told, one thing at a time.</summary>
internal sealed class Slow : ReceiveActor
{
    private TimeSpan _freeAt;

    public Slow(Props props, TimeSpan time)
    {
        var actor = Context.ActorOf(props);
        ReceiveAny(message =>
        {
            var now = Context.System.Scheduler.MonotonicClock;
            _freeAt = time + (now > _freeAt ? now : _freeAt);
            Context.System.Scheduler.ScheduleTellOnce(_freeAt - now, actor, message, Sender);
        });
    }

    public static Props Props(Props props, TimeSpan time) => Akka.Actor.Props.Create(() => new Slow(props, time));
}
