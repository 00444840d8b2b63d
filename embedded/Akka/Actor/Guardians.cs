using Akka.Event;

namespace Akka.Actor;

/// <summary>The root of the hierarchy. It ends when /system has, and a guardian that fails for good ends the system.</summary>
internal sealed class RootGuardian : UntypedActor
{
    protected override SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated:
                Context.Stop(Self);
                break;
            case WatchSystemGuardian watch:
                Context.Watch(watch.Guardian);
                break;
            default:
                Context.System.DeadLetters.Forward(message);
                break;
        }
    }

    public sealed record WatchSystemGuardian(IActorRef Guardian) : INoSerializationVerificationNeeded;
}

/// <summary>The parent of the application's top-level actors.</summary>
internal sealed class UserGuardian : UntypedActor
{
    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void OnReceive(object message) =>
        Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
}

/// <summary>The parent of the runtime's own actors, among them the loggers: outlives /user and lets them finish their mailboxes.</summary>
internal sealed class SystemGuardian(IActorRef user) : UntypedActor
{
    private bool _ending;

    protected override void PreStart()
    {
        Context.Watch(user);
        Context.Parent.Tell(new RootGuardian.WatchSystemGuardian(Self));
    }

    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void OnReceive(object message)
    {
        if (message is not Terminated)
        {
            Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
            return;
        }

        if (!_ending)
        {
            _ending = true;
            Context.System.EventStream.StopDefaultLoggers();
            foreach (var child in Context.GetChildren())
                Context.Watch(child).Tell(PoisonPill.Instance);
        }

        if (!Context.GetChildren().Any())
            Context.Stop(Self);
    }
}
