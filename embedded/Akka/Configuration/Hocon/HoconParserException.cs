namespace Akka.Configuration.Hocon;

/// <summary>A text that is not HOCON; the message begins with the line and the column, both from 1.</summary>
public sealed class HoconParserException : ConfigurationException
{
    public HoconParserException(string message)
        : base(message)
    {
    }

    public HoconParserException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
