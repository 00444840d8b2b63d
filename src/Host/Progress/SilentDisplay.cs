using ActorSparse.Model.Training;

namespace ActorSparse.Host.Progress;

/// <summary>Shows nothing.</summary>
internal sealed class SilentDisplay : ITrainingDisplay
{
    public void While(Action training) => training();

    public void Say(string text) { }

    public void Update(TrainingProgress progress) { }

    public void EndEpoch(EpochMetrics row, int epochs) { }
}
