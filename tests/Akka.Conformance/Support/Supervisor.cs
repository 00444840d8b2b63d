using Akka.Actor;

namespace Akka.Conformance.Support;

/// <summary>Supervises with the given strategy; starts a child for every <see cref="Props"/> and answers with its reference.</summary>
public sealed class Supervisor(SupervisorStrategy strategy) : UntypedActor
{
    public static Props Props(SupervisorStrategy strategy) => Akka.Actor.Props.Create(() => new Supervisor(strategy));

    /// <summary>A strategy that applies one directive to every failure, without limit.</summary>
    public static SupervisorStrategy Always(Directive directive) => new OneForOneStrategy(_ => directive);

    protected override SupervisorStrategy SupervisorStrategy() => strategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Props props:
                Sender.Tell(Context.ActorOf(props));
                break;
            case (Props props, string name):
                Sender.Tell(Context.ActorOf(props, name));
                break;
            case Crash crash:
                throw new CrashException(crash.Reason);
            default:
                Sender.Tell(message);
                break;
        }
    }
}
