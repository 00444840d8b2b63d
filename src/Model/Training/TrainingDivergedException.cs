namespace ActorSparse.Model.Training;

/// <summary>A loss, gradient or weight is no longer a finite number. The message is one line that names the layer.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public TrainingDivergedException(string message) : base(message) { }
}
