using ActorSparse.Model.Training;

namespace ActorSparse.Host.Progress;

/// <summary>Shows a person how training goes. Called by one thread at a time.</summary>
internal interface ITrainingDisplay
{
    /// <summary>Runs <paramref name="training"/> while the display is up; the other methods are called from within it.</summary>
    void While(Action training);

    /// <summary>A line of its own.</summary>
    void Say(string text);

    /// <summary>Where training is.</summary>
    void Update(TrainingProgress progress);

    /// <summary>An epoch has ended.</summary>
    void EndEpoch(EpochMetrics row, int epochs);
}
