namespace Akka.Actor;

/// <summary>Actors named by a path from an anchor, with <c>..</c>, <c>*</c> and <c>?</c>; looked up anew for each message.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/', StringSplitOptions.RemoveEmptyEntries))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        Path = elements.Select(Parse).ToArray();
    }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => "/" + string.Join('/', Path.AsEnumerable());

    public void Tell(object message, IActorRef? sender = null) =>
        Deliver(Anchor, sender ?? ActorCell.GetCurrentSelfOrNoSender(), new ActorSelectionMessage(message, Path));

    /// <summary>The first actor that answers.</summary>
    /// <exception cref="ActorNotFoundException">None answered within <paramref name="timeout"/> (the task fails).</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        ActorIdentity identity;
        try
        {
            identity = await this.Ask<ActorIdentity>(new Identify(Guid.Empty), timeout, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is AskTimeoutException or OperationCanceledException)
        {
            throw new ActorNotFoundException($"No actor answered at {this}", failure);
        }

        return identity.Subject ?? throw new ActorNotFoundException($"There is no actor at {this}");
    }

    /// <summary>Walks the steps as far as they lead without an actor's help and hands the message over.</summary>
    internal static void Deliver(IActorRef anchor, IActorRef sender, ActorSelectionMessage selection)
    {
        var reference = anchor;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (reference is EmptyLocalActorRef)
            {
                var rest = new ActorSelectionMessage(selection.Message, selection.Elements[i..], selection.WildCardFanOut);
                reference.Tell(rest, sender);
                return;
            }

            switch (selection.Elements[i])
            {
                case SelectParent:
                    reference = reference.AsInternal().Parent;
                    break;
                case SelectChildName step:
                    var child = reference.AsInternal().GetChild([step.Name]);
                    if (child.IsNobody())
                    {
                        DeliverToMissing(reference.AsInternal(), sender, selection, i);
                        return;
                    }

                    reference = child;
                    break;
                case SelectChildPattern step:
                    FanOut(reference.AsInternal(), sender, selection, i, step);
                    return;
            }
        }

        reference.Tell(selection.Message, sender);
    }

    private static void FanOut(
        IInternalActorRef parent, IActorRef sender, ActorSelectionMessage selection, int index, SelectChildPattern step)
    {
        var rest = selection.Elements[(index + 1)..];
        var children = parent is LocalActorRef local ? local.Cell.GetChildren() : [];
        var matches = children.Where(child => step.Matches(child.Path.Name)).ToList();
        if (matches.Count == 0 && !selection.WildCardFanOut)
            DeliverToMissing(parent, sender, selection, index);
        foreach (var child in matches)
            Deliver(child, sender, new ActorSelectionMessage(selection.Message, rest, wildCardFanOut: true));
    }

    private static void DeliverToMissing(IInternalActorRef parent, IActorRef sender, ActorSelectionMessage selection, int index)
    {
        if (selection.Message is Identify identify)
        {
            if (!selection.WildCardFanOut && sender is not null)
                sender.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
            return;
        }

        if (selection.WildCardFanOut)
            return;
        var path = parent.Path / selection.Elements[index..].Select(element => element.ToString()!);
        var system = parent.Provider.System;
        new EmptyLocalActorRef(parent.Provider, path, system.EventStream).Tell(selection.Message, sender);
    }

    private static SelectionPathElement Parse(string element) =>
        element == ".." ? new SelectParent()
        : element.AsSpan().ContainsAny('*', '?') ? new SelectChildPattern(element)
        : new SelectChildName(element);

    public override bool Equals(object? obj) =>
        obj is ActorSelection other && Anchor.Equals(other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";
}
