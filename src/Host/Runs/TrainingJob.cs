using ActorSparse.Host.Configuration;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>What a mode of training is given.</summary>
public sealed record TrainingJob
{
    /// <summary>The network to train; the mode changes it, and it is what checkpoints hold.</summary>
    public required Network Network { get; init; }

    /// <summary>Training and test samples.</summary>
    public required DataPair Data { get; init; }

    /// <summary>How to train.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Where to begin.</summary>
    public required TrainingState Start { get; init; }

    /// <summary>All resolved options, for those of the mode.</summary>
    public required Settings Settings { get; init; }

    /// <summary>The checkpoint that training begins with; it owns <see cref="Network"/>.</summary>
    public required Checkpoint Begin { get; init; }

    /// <summary>Who is told.</summary>
    public required RunRecorder Recorder { get; init; }
}
