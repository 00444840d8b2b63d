
namespace ActorSparse.Model.Coordination;

/// <summary>The phases of a run; the coordinator has a behaviour for each. Checkpoints hold the numbers.</summary>
internal enum RunPhase : byte
{
    /// <summary>No worker has joined yet.</summary>
    WaitingForWorkers = 0,

    /// <summary>Gradients of single batches.</summary>
    PhaseOne = 1,

    /// <summary>Replicas are trained alone.</summary>
    PhaseTwo = 3,

    /// <summary>All replicas of a round are here and are averaged.</summary>
    Averaging = 4,

    /// <summary>Training is over; the last evaluation and checkpoint are awaited.</summary>
    Finished = 5,
}

/// <summary>Names of phases.</summary>
internal static class RunPhases
{
    /// <summary>The name that metrics and displays have.</summary>
    public static string Name(this RunPhase phase) => phase switch
    {
        RunPhase.WaitingForWorkers => "waiting",
        RunPhase.PhaseOne => "one",
        RunPhase.PhaseTwo or RunPhase.Averaging => "two",
        _ => "finished",
    };
}
