namespace Akka.Actor;

// Children: creation, lookup, stopping.
internal partial class ActorCell
{
    private ActorChildren? _children;

    public ActorChildren Children => _children ?? Interlocked.CompareExchange(ref _children, new ActorChildren(), null) ?? _children;

    private List<ChildRestartStats> ChildStats => _children?.Stats ?? [];

    public virtual IActorRef ActorOf(Props props, string? name = null)
    {
        CheckName(name);
        return MakeChild(props, name ?? Children.NextName());
    }

    public IActorRef Child(string name) => _children?.Find(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => ChildStats.ConvertAll(stats => (IActorRef)stats.Child);

    public void Stop(IActorRef child)
    {
        if (_children?.TryGetStats(child, out _) == true)
            _children.MarkStopping(child);
        child.AsInternal().Stop();
    }

    /// <summary>Makes and starts a child whose name is known to be valid.</summary>
    public IActorRef MakeChild(Props props, string name)
    {
        Children.Reserve(name);
        IInternalActorRef child;
        try
        {
            child = SystemImpl.Provider.ActorOf(SystemImpl, props, SelfRef, new ChildActorPath(SelfRef.Path, name, SystemImpl.NextUid()));
        }
        catch
        {
            Children.Unreserve(name);
            throw;
        }

        if (!Children.TryAdd(child))
            throw new InvalidOperationException($"Cannot create child '{name}' while terminating or terminated");

        // What a failed actor's PreRestart creates waits like its siblings for the supervisor's decision.
        if (IsFailed && t_current == this)
            child.Suspend();
        child.Start();
        return child;
    }

    private static void CheckName(string? name)
    {
        if (name is null)
            return;
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, not be empty, and only contain ASCII letters, digits "
                + "and these special characters: `\"-_.*$+:@&=,!~';()`");
        }
    }
}
