using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors;

/// <summary>For simulations: sees what a coordinator does to its parameters, before it does it.</summary>
internal interface ICoordinatorProbe
{
    /// <summary>The coordinator has been created.</summary>
    void OnCreated(CoordinatorActor coordinator);

    /// <summary>A gradient is about to count; <paramref name="topologyIds"/> are those it was computed on.</summary>
    void OnAccepting(Assignment assignment, IReadOnlyList<ulong> topologyIds, Gradients admitted);

    /// <summary>An evolution is about to be applied.</summary>
    void OnEvolving(EpochEvolution evolution);

    /// <summary>It is the one that goes with this update, counted from 0, under a guided rule.</summary>
    void OnGuided(long update);
}
