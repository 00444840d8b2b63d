using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// Makes filters of log events. A text is matched by equality (<c>message</c>), by its beginning (<c>start</c>), by a part
/// (<c>contains</c>) or by a pattern; none of them means any text. <c>source</c> is a log source or the path of an actor.
/// </summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<LogFilter> _filters;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> filters)
    {
        _testKit = testkit;
        _system = system;
        _filters = filters;
    }

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    public IEventFilterApplier Debug(Regex pattern, string? source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    public IEventFilterApplier Info(Regex pattern, string? source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    public IEventFilterApplier Warning(Regex pattern, string? source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier Error(Regex pattern, string? source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(logLevel, TextMatcher(message, start, contains), source);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null) =>
        ForLogLevel(logLevel, pattern.IsMatch, source);

    /// <summary>Errors with an exception of a type; the text is that of the event or of the exception.</summary>
    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception =>
        Exception(typeof(TException), pattern, source);

    public IEventFilterApplier Exception(
        Type exceptionType,
        string? message = null,
        string? start = null,
        string? contains = null,
        string? source = null,
        bool checkInnerExceptions = false) =>
        Exception(exceptionType, TextMatcher(message, start, contains), source, checkInnerExceptions);

    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Exception(exceptionType, pattern.IsMatch, source, checkInnerExceptions);

    public IEventFilterApplier DeadLetter() => DeadLetter(_ => true, null);

    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter(letter => letter.Message is TMessage, source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        DeadLetter(letter => letter.Message is TMessage message && isMatch(message), source);

    public IEventFilterApplier DeadLetter(Type type, string? source = null) =>
        DeadLetter(letter => type.IsInstanceOfType(letter.Message), source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) =>
        DeadLetter(letter => type.IsInstanceOfType(letter.Message) && isMatch(letter.Message), source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Apply(predicate);

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent =>
        Apply(logEvent => logEvent is TLogEvent typed && predicate(typed));

    private IEventFilterApplier ForLogLevel(LogLevel level, Predicate<string> isText, string? source) =>
        Apply(logEvent => logEvent.LogLevel() == level && IsSource(logEvent, source) && isText($"{logEvent.Message}"));

    private IEventFilterApplier Exception(Type type, Predicate<string> isText, string? source, bool checkInnerExceptions) =>
        Apply(logEvent => logEvent is Error { Cause: { } cause } && IsSource(logEvent, source)
            && CausesOf(cause, checkInnerExceptions).Any(
                each => type.IsInstanceOfType(each) && (isText($"{logEvent.Message}") || isText(each.Message))));

    private IEventFilterApplier DeadLetter(Predicate<DeadLetter> isMatch, string? source) =>
        Apply(logEvent => logEvent.Message is DeadLetter letter && IsSource(logEvent, source) && isMatch(letter));

    private IEventFilterApplier Apply(Predicate<LogEvent> isMatch) =>
        new EventFilterApplier(_testKit, _system, [.. _filters, new LogFilter(isMatch)]);

    private static Predicate<string> TextMatcher(string? message, string? start, string? contains) => (message, start, contains) switch
    {
        ({ } whole, _, _) => text => text == whole,
        (_, { } beginning, _) => text => text.StartsWith(beginning, StringComparison.Ordinal),
        (_, _, { } part) => text => text.Contains(part, StringComparison.Ordinal),
        _ => _ => true,
    };

    private static IEnumerable<Exception> CausesOf(Exception cause, bool withInner) =>
        !withInner ? [cause]
        : cause is AggregateException aggregate ? aggregate.InnerExceptions.SelectMany(inner => CausesOf(inner, true)).Prepend(cause)
        : cause.InnerException is { } inner ? CausesOf(inner, true).Prepend(cause)
        : [cause];

    /// <summary>A path matches with or without the address of its system before it.</summary>
    private static bool IsSource(LogEvent logEvent, string? source) =>
        source is null
        || logEvent.LogSource == source
        || (ActorPath.TryParse(logEvent.LogSource, out var path)
            && $"/{string.Join('/', path.Elements)}" == (source.StartsWith('/') ? source : $"/{source}"));
}
