
namespace ActorSparse.Model.Coordination;

/// <summary>The phases of a run; the coordinator has a behaviour for each.</summary>
public enum RunPhase : byte
{
    /// <summary>No worker has joined yet.</summary>
    WaitingForWorkers,

    /// <summary>Gradients of single batches.</summary>
    PhaseOne,

    /// <summary>All batches of phase one are handed out; the last gradients and evolutions are awaited.</summary>
    Draining,

    /// <summary>Replicas are trained alone.</summary>
    PhaseTwo,

    /// <summary>All replicas of a round are here and are averaged.</summary>
    Averaging,

    /// <summary>Training is over; the last evaluation and checkpoint are awaited.</summary>
    Finished,
}

/// <summary>Names of phases.</summary>
public static class RunPhases
{
    /// <summary>The name that metrics and displays have.</summary>
    public static string Name(this RunPhase phase) => phase switch
    {
        RunPhase.WaitingForWorkers => "waiting",
        RunPhase.PhaseOne or RunPhase.Draining => "one",
        RunPhase.PhaseTwo or RunPhase.Averaging => "two",
        _ => "finished",
    };
}
