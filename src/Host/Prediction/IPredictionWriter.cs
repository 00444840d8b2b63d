namespace ActorSparse.Host.Prediction;

/// <summary>Writes what is predicted.</summary>
internal interface IPredictionWriter
{
    /// <summary>What comes before the first sample, for a network of so many outputs.</summary>
    void Begin(int outputs);

    /// <summary>One sample.</summary>
    void Write(int sample, int predictedClass, ReadOnlySpan<float> outputs);
}
