using ActorSparse.Model.Coordination;

namespace ActorSparse.Actors.Messages;

/// <summary>Joining and leaving.</summary>
internal static class Membership
{
    /// <summary>A worker asks to take part. Answered with <see cref="Joined"/> or <see cref="Refused"/>; repeated until answered.</summary>
    /// <param name="RunId">The run it took part in before; 0 if none.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="ConfigurationHash">Hash of the training configuration it was started with.</param>
    public sealed record Join(ulong RunId, string Worker, long Incarnation, ulong ConfigurationHash) : IFromWorker;

    /// <summary>The coordinator takes a worker on. Repeated for a repeated <see cref="Join"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="HomeShard">The part of the training set it draws batches of first.</param>
    public sealed record Joined(ulong RunId, string Worker, long Incarnation, int HomeShard) : IToWorker;

    /// <summary>A worker stops taking part; its batch goes to another one.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="Reason">Why, for the log.</param>
    public sealed record Leave(ulong RunId, string Worker, long Incarnation, string Reason) : IFromWorker;

    /// <summary>
    /// From the coordinator's end of a worker's link: something is on its way to the worker or from it, which is a sign of life however
    /// long it takes. Not answered.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    public sealed record Transferring(ulong RunId, string Worker, long Incarnation) : IToCoordinator, ILocalMessage;

    /// <summary>What a worker sent was not used and there is no work in the answer either.</summary>
    /// <param name="RunId">The coordinator's run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">One line for the log.</param>
    public sealed record Refused(ulong RunId, string Worker, long Incarnation, RefusalReason Reason, string Detail) : IToWorker
    {
        private readonly byte _reason = (byte)Reason;

        /// <summary>Why. Kept as a number, for <see cref="Serialization.HyperionCodec"/>.</summary>
        public RefusalReason Reason => (RefusalReason)_reason;
    }

    /// <summary>Training is over: the worker stops.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="Outcome">How the run ended.</param>
    /// <param name="Error">What went wrong, in one line; null if nothing did.</param>
    public sealed record Dismissed(ulong RunId, string Worker, long Incarnation, RunOutcome Outcome, string? Error) : IToWorker
    {
        private readonly byte _outcome = (byte)Outcome;

        /// <summary>How the run ended. Kept as a number, for <see cref="Serialization.HyperionCodec"/>.</summary>
        public RunOutcome Outcome => (RunOutcome)_outcome;
    }
}
