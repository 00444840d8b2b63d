using ActorSparse.Actors.State;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>The coordinator's signal to itself that a worker has waited long enough to be started anew.</summary>
internal sealed record RestartWorker(WorkerHealth Worker) : INoSerializationVerificationNeeded;
