namespace Akka.Actor;

/// <summary>Turns a textual path into a selection.</summary>
internal static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(string path, ExtendedActorSystem system, IActorRef relativeTo)
    {
        if (path.Contains("://", StringComparison.Ordinal))
        {
            if (!ActorPath.TryParse(path, out var absolute))
                throw new UriFormatException($"'{path}' is not an actor path; expected akka://system/user/name");
            return ActorSelection(absolute, system);
        }

        return path.StartsWith('/')
            ? new ActorSelection(system.Provider.RootGuardian, path[1..])
            : new ActorSelection(relativeTo, path);
    }

    public static ActorSelection ActorSelection(ActorPath path, ExtendedActorSystem system)
    {
        var anchor = path.Address.Equals(system.Provider.DefaultAddress)
            ? system.Provider.RootGuardian
            : (IActorRef)new EmptyLocalActorRef(system.Provider, path.Root, system.EventStream);
        return new ActorSelection(anchor, string.Join('/', path.ElementsWithUid));
    }
}
