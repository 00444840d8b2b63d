namespace ActorSparse.Model;

/// <summary>
/// Something a person gave (a file, an option, a folder) cannot be used. The message is one line that says what, where and what was
/// expected; the host prints it and exits with code 2.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public InvalidInputException(string message) : base(message) { }

    /// <summary>Creates the exception with its one-line message and what caused it.</summary>
    public InvalidInputException(string message, Exception innerException) : base(message, innerException) { }
}
