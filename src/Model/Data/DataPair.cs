namespace ActorSparse.Model.Data;

/// <summary>A training set and the test set that belongs to it: same features, same classes, standardised alike. Owns both.</summary>
public sealed record DataPair(Dataset Train, Dataset Test) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}
