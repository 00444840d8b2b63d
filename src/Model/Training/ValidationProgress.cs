namespace ActorSparse.Model.Training;

/// <summary>How long the score on the validation samples has not become better.</summary>
/// <param name="BestEpoch">The epoch with the best score, counted from 1.</param>
/// <param name="LastEpoch">The last epoch that was evaluated, counted from 1.</param>
internal sealed record ValidationProgress(int BestEpoch, int LastEpoch)
{
    /// <summary>What is known once <paramref name="epoch"/>, counted from 1, was evaluated too.</summary>
    public static ValidationProgress After(ValidationProgress? before, int epoch, bool isBest) =>
        new(isBest || before is null ? epoch : before.BestEpoch, epoch);
}
