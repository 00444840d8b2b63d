namespace Akka.Actor;

public interface ICanWatch
{
    /// <summary>Asks for one <see cref="Terminated"/> message when the subject stops, at once if it has stopped already.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>As <see cref="Watch"/>, but delivers <paramref name="message"/> in place of <see cref="Terminated"/>.</summary>
    /// <exception cref="InvalidOperationException">The subject is being watched with a different message.</exception>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>After this no termination message of the subject arrives, not even one that is in the mailbox.</summary>
    IActorRef Unwatch(IActorRef subject);
}
