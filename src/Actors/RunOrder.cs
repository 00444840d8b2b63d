using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>What a <see cref="RunActor"/> is to do.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Listener">Is told how it goes.</param>
internal abstract record RunOrder(ulong RunId, ITrainingListener Listener)
{
    /// <summary>How its first coordinator is made.</summary>
    /// <param name="self">Is told how the run goes.</param>
    public abstract Props Coordinator(IActorRef self);

    /// <summary>The run could not begin or its coordinator died: hands out why, unless it is over.</summary>
    public abstract bool TryFail(Exception failure);

    /// <summary>The run is over and its coordinator has stopped: hands out the result, or why there is none.</summary>
    public abstract void Conclude(RunResult? result, Exception? failure);
}
