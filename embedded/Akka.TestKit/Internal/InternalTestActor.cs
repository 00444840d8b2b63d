using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>The actor behind a test kit or probe: puts what it receives where the test can look at it.</summary>
internal sealed class InternalTestActor(TestQueue queue) : ActorBase
{
    private readonly DelegatingSupervisorStrategy _strategy = new();
    private AutoPilot _pilot = AutoPilot.NoAutoPilot;
    private Func<object, bool>? _shouldIgnore;

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case TestActorMessage.Ignore ignore:
                _shouldIgnore = ignore.ShouldIgnore;
                break;
            case TestActorMessage.SetAutoPilot set:
                _pilot = set.Pilot;
                break;
            case TestActorMessage.Watch watch:
                Context.Watch(watch.Subject);
                break;
            case TestActorMessage.Unwatch unwatch:
                Context.Unwatch(unwatch.Subject);
                break;
            case TestActorMessage.Spawn spawn:
                Sender.Tell(OnSpawn(spawn), Self);
                break;
            default:
                OnMessage(message);
                break;
        }

        return true;
    }

    private void OnMessage(object message)
    {
        if (_pilot.Run(Sender, message) is var next and not KeepRunning)
            _pilot = next;

        if (_shouldIgnore?.Invoke(message) != true)
            queue.Enqueue(new RealMessageEnvelope(message, Sender));
    }

    private IActorRef OnSpawn(TestActorMessage.Spawn spawn)
    {
        var child = Context.ActorOf(spawn.Props, spawn.Name);
        if (spawn.Strategy is { } strategy)
            _strategy.Add(child, strategy);

        return child;
    }
}
