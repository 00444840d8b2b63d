using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>Stands where the coordinator expects its topology actor: has the calendar of the real one, and leaves the changes to a probe.</summary>
internal sealed class PlayedTopologyActor : ReceiveActor
{
    public PlayedTopologyActor(TrainingJob job, IActorRef target)
    {
        var calendar = new EvolutionCalendar(job);
        Receive<TopologyEvolution.Standing>(standing => Sender.Tell(new TopologyEvolution.Next(
            standing.RunId, standing.RequestId, calendar.Next(standing.EvolvedEpochs, standing.EvolvedUpdates))));
        ReceiveAny(target.Forward);
    }

    public static Props Props(TrainingJob job, IActorRef target) =>
        Akka.Actor.Props.Create(() => new PlayedTopologyActor(job, target));
}
