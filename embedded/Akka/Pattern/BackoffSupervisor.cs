using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>
/// Supervises one child and starts it again after a growing delay. Messages go through to the child, the child's messages to its
/// parent go to the supervisor's parent.
/// </summary>
public sealed class BackoffSupervisor : UntypedActor
{
    private readonly BackoffOptions _options;
    private IActorRef? _child;
    private int _restartCount;
    private bool _failed;
    private bool _finalMessageReceived;

    internal BackoffSupervisor(BackoffOptions options) => _options = options;

    public static Props Props(BackoffOptions options) => Actor.Props.CreateBy(new Producer(options));

    public static Props Props(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor));

    /// <summary>The time until start number <paramref name="restartCount"/> + 1, without the random part.</summary>
    internal static TimeSpan Delay(int restartCount, TimeSpan minBackoff, TimeSpan maxBackoff) =>
        TimeSpan.FromTicks((long)Math.Min(maxBackoff.Ticks, minBackoff.Ticks * Math.Pow(2, Math.Min(restartCount, 62))));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(Decide);

    protected override void PreStart() => StartChild();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StartNow:
                StartChild();
                break;
            case ResetIfStillAt reset:
                _restartCount = reset.RestartCount == _restartCount ? 0 : _restartCount;
                break;
            case Reset when _options.AutoResetAfter is null:
                _restartCount = 0;
                break;
            case GetRestartCount:
                Sender.Tell(new RestartCount(_restartCount));
                break;
            case GetCurrentChild:
                Sender.Tell(new CurrentChild(_child));
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                OnChildStopped();
                break;
            default:
                Pass(message);
                break;
        }
    }

    // A restart is a stop that is followed by a new start, so that there can be a delay in between.
    private Directive Decide(Exception cause)
    {
        var directive = _options.Strategy.Decider.Decide(cause);
        if (directive != Directive.Restart || !_options.OnFailure)
            return directive;
        _failed = true;
        return Directive.Stop;
    }

    private void OnChildStopped()
    {
        _child = null;
        var final = _options.OnFailure ? !_failed : _finalMessageReceived;
        _failed = false;
        if (final || (_options.MaxNrOfRetries >= 0 && _restartCount >= _options.MaxNrOfRetries))
        {
            Context.Stop(Self);
            return;
        }

        var delay = Delay(_restartCount, _options.MinBackoff, _options.MaxBackoff) * (1 + (_options.RandomFactor * Jitter()));
        Context.System.Scheduler.ScheduleTellOnce(delay, Self, StartNow.Instance, Self);
        _restartCount++;
    }

    private void StartChild()
    {
        if (_child is not null)
            return;
        _child = Context.Watch(Context.ActorOf(_options.ChildProps, _options.ChildName));
        if (_options.AutoResetAfter is { } after && _restartCount > 0)
            Context.System.Scheduler.ScheduleTellOnce(after, Self, new ResetIfStillAt(_restartCount), Self);
    }

    private void Pass(object message)
    {
        if (_child is null)
        {
            if (_options.ReplyWhileStopped is { } reply)
                Sender.Tell(reply);
            else
                Context.System.DeadLetters.Forward(message);
            return;
        }

        if (_child.Equals(Sender))
        {
            Context.Parent.Forward(message);
            return;
        }

        _finalMessageReceived |= _options.FinalStopMessage?.Invoke(message) == true;
        _child.Forward(message);
    }

    // Differs between supervisors and between restarts, which is all that is asked of it, and repeats in a repeated run.
    private double Jitter()
    {
        var hash = 14695981039346656037UL;
        foreach (var c in $"{Self.Path}#{_restartCount}")
            hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0x9E3779B97F4A7C15UL;
        return (hash >> 11) / (double)(1UL << 53);
    }

    public sealed class GetCurrentChild
    {
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    /// <summary>The answer to <see cref="GetCurrentChild"/>; null while the child waits for its next start.</summary>
    public sealed class CurrentChild(IActorRef? @ref)
    {
        public IActorRef Ref { get; } = @ref!;
    }

    /// <summary>Sets the count of restarts to zero where that is not done after a time.</summary>
    public sealed class Reset
    {
        public static readonly Reset Instance = new();

        private Reset()
        {
        }
    }

    public sealed class GetRestartCount
    {
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount()
        {
        }
    }

    public sealed class RestartCount(int count)
    {
        public int Count { get; } = count;
    }

    private sealed class StartNow : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static readonly StartNow Instance = new();
    }

    private sealed record ResetIfStillAt(int RestartCount) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed class Producer(BackoffOptions options) : IIndirectActorProducer
    {
        public Type ActorType => typeof(BackoffSupervisor);

        public ActorBase Produce() => new BackoffSupervisor(options);

        public void Release(ActorBase actor)
        {
        }
    }
}
