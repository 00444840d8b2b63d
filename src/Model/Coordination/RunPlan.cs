namespace ActorSparse.Model.Coordination;

/// <summary>Which epochs belong to phase one and to which round of phase two, and what evolves after them.</summary>
internal sealed record RunPlan
{
    private readonly int _rounds;

    /// <summary>Plans <paramref name="epochs"/> epochs as <paramref name="options"/> say.</summary>
    /// <exception cref="InvalidInputException">Phase two has fewer epochs than rounds.</exception>
    public RunPlan(int epochs, RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        options.Validate();
        Epochs = epochs;
        // 0.3 * 10 is a little less than 3 in binary.
        var phaseTwo = (int)Math.Floor(epochs * options.PhaseTwoFraction + 1e-9);
        PhaseOneEpochs = epochs - phaseTwo;
        if (phaseTwo > 0 && phaseTwo < options.Rounds)
            throw new InvalidInputException(
                $"{options.Rounds} rounds: phase two has {phaseTwo} of {epochs} epochs; expected at least one a round");
        // One replica that evolves by itself is sequential training.
        IsTopologyShared = options.PhaseTwoTopology == PhaseTwoTopology.Shared && options.Workers > 1;
        _rounds = phaseTwo == 0 ? 0 : options.Rounds ?? (IsTopologyShared ? phaseTwo : 1);
    }

    /// <summary>Number of epochs.</summary>
    public int Epochs { get; }

    /// <summary>Epochs of phase one: 0 to this - 1.</summary>
    public int PhaseOneEpochs { get; }

    /// <summary>Rounds of phase two; 0 if there is none.</summary>
    public int Rounds => _rounds;

    /// <summary>Whether the replicas of a round keep the topology that it began with, and their average evolves after it.</summary>
    public bool IsTopologyShared { get; }

    /// <summary>First epoch of a round, or the number of epochs for the round after the last.</summary>
    public int FirstEpoch(int round)
    {
        var epochs = Epochs - PhaseOneEpochs;
        return _rounds == 0 ? Epochs : PhaseOneEpochs + epochs / _rounds * round + Math.Min(epochs % _rounds, round);
    }

    /// <summary>
    /// Whether the coordinator's network evolves after an epoch: after each of phase one and, where the topology is shared, after the last
    /// of each round, but never after the last of all.
    /// </summary>
    public bool EvolvesAfter(int epoch) => epoch + 1 < Epochs && (epoch < PhaseOneEpochs || (IsTopologyShared && EndsRound(epoch)));

    private bool EndsRound(int epoch)
    {
        for (var round = 1; round <= _rounds; round++)
            if (FirstEpoch(round) == epoch + 1) return true;
        return false;
    }
}
