using Akka.Actor;

namespace Akka.Pattern;

/// <summary>The settings of a <see cref="BackoffSupervisor"/>, made by <see cref="Backoff"/>.</summary>
public sealed record BackoffOptions
{
    internal BackoffOptions(
        bool onFailure, Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        if (minBackoff <= TimeSpan.Zero)
            throw new ArgumentException($"MinBackoff is {minBackoff}; expected more than 0", nameof(minBackoff));
        if (maxBackoff < minBackoff)
            throw new ArgumentException($"MaxBackoff is {maxBackoff}; expected at least MinBackoff, {minBackoff}", nameof(maxBackoff));
        if (randomFactor is < 0 or > 1)
            throw new ArgumentException($"RandomFactor is {randomFactor}; expected 0 to 1", nameof(randomFactor));
        OnFailure = onFailure;
        ChildProps = childProps;
        ChildName = childName;
        MinBackoff = minBackoff;
        MaxBackoff = maxBackoff;
        RandomFactor = randomFactor;
        AutoResetAfter = minBackoff;
    }

    internal bool OnFailure { get; }

    internal Props ChildProps { get; }

    internal string ChildName { get; }

    internal TimeSpan MinBackoff { get; }

    internal TimeSpan MaxBackoff { get; }

    internal double RandomFactor { get; }

    /// <summary>How long the child has to live for the count of restarts to begin anew; null if only a message resets it.</summary>
    internal TimeSpan? AutoResetAfter { get; private init; }

    internal OneForOneStrategy Strategy { get; private init; } = new(SupervisorStrategy.DefaultDecider);

    internal int MaxNrOfRetries { get; private init; } = -1;

    internal object? ReplyWhileStopped { get; private init; }

    internal Func<object, bool>? FinalStopMessage { get; private init; }

    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => this with { AutoResetAfter = resetBackoff };

    public BackoffOptions WithManualReset() => this with { AutoResetAfter = null };

    public BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => this with { Strategy = supervisorStrategy };

    /// <summary>Stops the child on any failure, which with OnStop means a new start after the delay.</summary>
    public BackoffOptions WithDefaultStoppingStrategy() => this with { Strategy = new OneForOneStrategy(_ => Directive.Stop) };

    public BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => this with { MaxNrOfRetries = maxNrOfRetries };

    /// <summary>Answers messages that arrive while there is no child; otherwise they are dead letters.</summary>
    public BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => this with { ReplyWhileStopped = replyWhileStopped };

    /// <summary>Recognises the message after which a stop of the child is final.</summary>
    public BackoffOptions WithFinalStopMessage(Func<object, bool> action) => this with { FinalStopMessage = action };
}
