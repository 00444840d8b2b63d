namespace ActorSparse.Model.Recovery;

/// <summary>What all nodes that take part in a series of recoveries know of it.</summary>
/// <param name="RunId">Names this life of it.</param>
/// <param name="MessageBytesMax">The largest question or answer, in bytes (<see cref="SumRequest.BytesMax"/>).</param>
internal sealed record RecoveryJob(ulong RunId, long MessageBytesMax);
