using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>What a worker of recoveries is made with.</summary>
/// <param name="Name">Its name, unique in the run.</param>
/// <param name="Incarnation">Which life of it: ascending.</param>
/// <param name="Coordinator">The coordinator.</param>
/// <param name="Samples">Where its samples are.</param>
/// <param name="AnswerTimeout">When it has heard nothing for so long it says again that it is there.</param>
/// <param name="Threads">Threads that compute a share together.</param>
/// <param name="IsLinkBusy">Whether an order or an answer is on its way; null in process, where nothing is. Safe from all threads.</param>
internal sealed record RecoveryWorkerSetup(
    string Name, long Incarnation, IActorRef Coordinator, SampleStore Samples, TimeSpan AnswerTimeout, int Threads = 1,
    Func<bool>? IsLinkBusy = null);
