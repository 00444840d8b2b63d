using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// The system's bus: a subscriber gets every event of its class and of derived ones, once. A subscriber that stops is forgotten.
/// </summary>
public class EventStream(bool debug) : LoggingBus
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IActorRef, ImmutableHashSet<Type>> _subscriptions = [];
    private readonly DeadLetterListener _deadLetterListener = new();
    private volatile ConcurrentDictionary<Type, IActorRef[]> _receivers = new();

    public override bool Subscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(classifier);
        lock (_lock)
        {
            var classes = _subscriptions.GetValueOrDefault(subscriber, []);
            if (classes.Any(each => each.IsAssignableFrom(classifier)))
                return false;
            _subscriptions[subscriber] = classes.Add(classifier);
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }

        PublishDebug($"subscribing {subscriber} to channel {classifier}");
        return true;
    }

    public override bool Unsubscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(classifier);
        lock (_lock)
        {
            if (!_subscriptions.TryGetValue(subscriber, out var classes) || !classes.Contains(classifier))
                return false;
            _subscriptions[subscriber] = classes.Remove(classifier);
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }

        PublishDebug($"unsubscribing {subscriber} from channel {classifier}");
        return true;
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_lock)
        {
            if (!_subscriptions.Remove(subscriber))
                return false;
            _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }

        PublishDebug($"unsubscribing {subscriber} from all channels");
        return true;
    }

    public override void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        foreach (var receiver in ReceiversOf(@event.GetType()))
            receiver.Tell(@event, ActorRefs.NoSender);
    }

    internal void UnsubscribeStopped(IActorRef subscriber)
    {
        lock (_lock)
        {
            if (_subscriptions.Remove(subscriber))
                _receivers = new ConcurrentDictionary<Type, IActorRef[]>();
        }
    }

    internal void StartDeadLetterListener(ActorSystemImpl system) => _deadLetterListener.Start(system);

    internal void StopDeadLetterListener() => Unsubscribe(_deadLetterListener);

    private IActorRef[] ReceiversOf(Type type)
    {
        var receivers = _receivers;
        if (receivers.TryGetValue(type, out var found))
            return found;
        lock (_lock)
        {
            found = _subscriptions
                .Where(each => each.Value.Any(classifier => classifier.IsAssignableFrom(type)))
                .Select(each => each.Key)
                .ToArray();
            _receivers.TryAdd(type, found);
            return found;
        }
    }

    private void PublishDebug(string message)
    {
        if (debug)
            Publish(new Debug(nameof(EventStream), GetType(), message));
    }
}
