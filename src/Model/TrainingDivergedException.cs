namespace ActorSparse.Model;

/// <summary>
/// A loss, gradient or weight is no longer a finite number, or the loss is that of a network that is lost. The message is one line that says
/// where.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public TrainingDivergedException(string message) : base(message) { }
}
