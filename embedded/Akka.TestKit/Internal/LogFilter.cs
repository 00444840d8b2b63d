using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Recognises log events and tells of each that it has.</summary>
internal sealed class LogFilter(Predicate<LogEvent> isMatch)
{
    internal event Action? Matched;

    internal bool Apply(LogEvent logEvent)
    {
        if (!isMatch(logEvent))
            return false;

        Matched?.Invoke();
        return true;
    }
}
