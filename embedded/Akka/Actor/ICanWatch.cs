namespace Akka.Actor;

public interface ICanWatch
{
    /// <summary>Asks for one <see cref="Terminated"/> message when the subject stops, at once if it has stopped already.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>
    /// As <see cref="Watch"/>, but delivers <paramref name="message"/> in place of <see cref="Terminated"/>. The first watch decides.
    /// </summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>After this no termination message of the subject arrives, not even one that is in the mailbox.</summary>
    IActorRef Unwatch(IActorRef subject);
}
