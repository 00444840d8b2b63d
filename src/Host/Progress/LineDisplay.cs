using ActorSparse.Model.Training;

namespace ActorSparse.Host.Progress;

/// <summary>A full line an epoch: for files, pipes and terminals without cursor control.</summary>
internal sealed class LineDisplay(TextWriter writer) : ITrainingDisplay
{
    public void While(Action training) => training();

    public void Say(string text)
    {
        writer.WriteLine(text);
        writer.Flush();
    }

    public void Update(TrainingProgress progress) { }

    public void EndEpoch(EpochMetrics row, int epochs) => Say(EpochLine.Format(row, epochs));
}
