using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>For simulations: sees what is done to the parameters of a run, before it is done.</summary>
internal interface IRunProbe
{
    /// <summary>The run has been set up.</summary>
    void OnCreated(TrainingRun run);

    /// <summary>A gradient is about to count; <paramref name="topologyIds"/> are those it was computed on.</summary>
    void OnAccepting(Assignment assignment, IReadOnlyList<ulong> topologyIds, GradientSet admitted);

    /// <summary>The evolution after an epoch, or the one that goes with an update, both counted from 0, is about to be applied.</summary>
    void OnEvolving(EpochEvolution evolution, int? epoch, long? update);
}
