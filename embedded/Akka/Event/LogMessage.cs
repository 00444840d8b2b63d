namespace Akka.Event;

/// <summary>A format with its arguments, put together only when a logger prints it.</summary>
public sealed class LogMessage(ILogMessageFormatter formatter, string format, object?[] args)
{
    public string Format { get; } = format;

    public IEnumerable<object?> Parameters() => args;

    /// <summary>The text; a format that does not fit its arguments is shown with them instead of being lost.</summary>
    public override string ToString()
    {
        try
        {
            return formatter.Format(Format, args);
        }
        catch (FormatException)
        {
            return $"{Format} [malformed log format; arguments: {string.Join(", ", args)}]";
        }
    }
}
