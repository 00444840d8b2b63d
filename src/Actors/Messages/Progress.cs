using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Messages;

/// <summary>Starting, stopping, measuring and reporting: between whoever started the run, the coordinator and the evaluator.</summary>
internal static class Progress
{
    /// <summary>To the coordinator: begin, or continue where the state it was created with left off.</summary>
    /// <param name="RunId">The run.</param>
    public sealed record Start(ulong RunId) : IToCoordinator, ILocalMessage;

    /// <summary>To the coordinator: write a checkpoint of the present state and end.</summary>
    /// <param name="RunId">The run.</param>
    public sealed record Stop(ulong RunId) : IToCoordinator, ILocalMessage;

    /// <summary>Coordinator to evaluator: measure these parameters on the evaluation set. Repeated if the evaluator dies.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvaluationId">Number of the request, ascending.</param>
    /// <param name="Epoch">The epoch that ended, counted from 0.</param>
    /// <param name="Snapshot">The parameters, which others read as well.</param>
    public sealed record Evaluate(ulong RunId, long EvaluationId, int Epoch, Lease<SharedNetwork> Snapshot) : IToHelper;

    /// <summary>What the evaluator measured.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvaluationId">Number of the request.</param>
    /// <param name="Epoch">The epoch that ended.</param>
    /// <param name="Score">Score on the test samples.</param>
    /// <param name="Loss">Mean loss over the test samples.</param>
    /// <param name="Seconds">How long it took.</param>
    /// <param name="Further">The other measures.</param>
    public sealed record Evaluated(
        ulong RunId, long EvaluationId, int Epoch, double Score, double Loss, double Seconds, IReadOnlyList<double>? Further = null)
        : IToCoordinator, ILocalMessage;

    /// <summary>To the listener: an epoch has ended and has been measured.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Metrics">What happened in it.</param>
    public sealed record EpochFinished(ulong RunId, EpochMetrics Metrics) : IToListener;

    /// <summary>To the listener, at every status interval: where the run stands.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Status">Where it stands.</param>
    public sealed record Running(ulong RunId, RunStatus Status) : IToListener;

    /// <summary>To the listener: something worth a line in the log of events.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Kind">What kind of event.</param>
    /// <param name="Text">One line.</param>
    public sealed record Happened(ulong RunId, RunEvent Kind, string Text) : IToListener;

    /// <summary>To the listener: the run is over; nothing follows.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="Error">What went wrong, in one line; null if nothing did.</param>
    /// <param name="Status">Where it stood at the end.</param>
    /// <param name="Network">The trained network: the listener's from now on.</param>
    public sealed record Finished(ulong RunId, RunOutcome Outcome, string? Error, RunStatus Status, Lease<Network> Network) : IToListener;
}
