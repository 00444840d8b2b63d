namespace ActorSparse.Model.Data;

/// <summary>A training set and the test set that belongs to it: same features, same classes, standardised alike. Owns both.</summary>
public sealed record DataPair(Dataset Train, Dataset Test) : IDisposable
{
    /// <summary>What the user should know of how they were made, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}
