namespace ActorSparse.Model.Coordination;

/// <summary>How many workers a run has.</summary>
internal interface IRoster
{
    /// <summary>Workers that take part.</summary>
    int Count { get; }

    /// <summary>How often a worker was lost.</summary>
    int LostCount { get; }

    /// <summary>Whether a life of <paramref name="worker"/> takes part.</summary>
    bool Has(string worker);
}
