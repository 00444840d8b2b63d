using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>Is told how a run goes, on one thread at a time, while it goes on.</summary>
internal interface ITrainingListener
{
    /// <summary>An epoch has ended and everything is known of it; epochs come in order.</summary>
    void OnEpoch(EpochMetrics metrics);

    /// <summary>Where the run stands, at every status interval.</summary>
    void OnStatus(RunStatus status);

    /// <summary>Something worth a line in the log of events.</summary>
    void OnEvent(RunEvent kind, string text);
}
