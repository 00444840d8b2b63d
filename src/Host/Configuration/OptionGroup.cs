namespace ActorSparse.Host.Configuration;

/// <summary>What an option is about, which decides where it may be given and whether a checkpoint depends on it.</summary>
internal enum OptionGroup
{
    /// <summary>Which samples and how they are read.</summary>
    Data,

    /// <summary>The network's shape and functions.</summary>
    Network,

    /// <summary>How parameters and topology change.</summary>
    Training,

    /// <summary>How numbers travel between machines: of runs on a cluster only.</summary>
    Wire,

    /// <summary>How much is done and saved: may differ when a run is resumed.</summary>
    Run,

    /// <summary>What one call of a command does: never in a recipe, never stored.</summary>
    Call,
}
