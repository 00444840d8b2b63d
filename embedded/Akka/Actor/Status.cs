namespace Akka.Actor;

/// <summary>The outcome of an operation as a message; a failure makes the task of an Ask fail.</summary>
public abstract class Status
{
    public sealed class Success(object? status) : Status
    {
        public static readonly Success Instance = new(null);

        public object Status { get; } = status!;

        public override string ToString() => $"Success: {Status ?? "null"}";
    }

    public sealed class Failure(Exception cause, object? state) : Status
    {
        public Failure(Exception cause)
            : this(cause, null)
        {
        }

        public Exception Cause { get; } = cause;

        public object State { get; } = state!;

        public override string ToString() => $"Failure: {Cause}";
    }
}
