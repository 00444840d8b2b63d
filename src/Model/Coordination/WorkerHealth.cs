namespace ActorSparse.Model.Coordination;

/// <summary>The lives of one local worker.</summary>
internal sealed class WorkerHealth(string name)
{
    public string Name { get; } = name;

    /// <summary>Number of its present or next life, counted from 1.</summary>
    public long Incarnation { get; set; } = 1;

    /// <summary>Deaths in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Results since it was last started.</summary>
    public int Results { get; set; }

    public bool IsGivenUp { get; set; }
}
