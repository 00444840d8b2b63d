namespace ActorSparse.Model.Evolution.Guided;

/// <summary>What stays constant when a guided rule prunes and grows (gse specification, section 2.6).</summary>
public enum ConnectionBudget
{
    /// <summary>The number of connections of every layer.</summary>
    Layer,

    /// <summary>The number of connections of the network: layers compete, and their shares drift.</summary>
    Global,
}
