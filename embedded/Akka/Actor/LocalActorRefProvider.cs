using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The hierarchy of a system within one process: root, /user, /system, /temp and dead letters.</summary>
internal sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly ActorSystemImpl _system;
    private readonly ConcurrentDictionary<string, IInternalActorRef> _temporary = new();
    private readonly Deployer _deployer;
    private long _nextTemporaryName;
    private LocalActorRef? _root;
    private LocalActorRef? _user;
    private LocalActorRef? _systemGuardian;

    public LocalActorRefProvider(ActorSystemImpl system)
    {
        _system = system;
        DefaultAddress = new Address("akka", system.Name);
        RootPath = new RootActorPath(DefaultAddress);
        TempPath = RootPath / "temp";
        DeadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters", system.EventStream);
        _deployer = new Deployer(system.Settings.Config);
    }

    public ActorSystem System => _system;

    public IInternalActorRef RootGuardian => _root!;

    public IInternalActorRef Guardian => _user!;

    public IInternalActorRef SystemGuardian => _systemGuardian!;

    public LocalActorRef UserGuardian => _user!;

    public LocalActorRef SystemGuardianRef => _systemGuardian!;

    public IActorRef DeadLetters { get; }

    public ActorPath RootPath { get; }

    public ActorPath TempPath { get; }

    public Address DefaultAddress { get; }

    /// <summary>Makes the guardians. The end of the root, that is of all actors, is reported to <paramref name="onTerminated"/>.</summary>
    public void Start(Action onTerminated)
    {
        var dispatcher = _system.Dispatchers.Lookup(Dispatchers.InternalDispatcherId);
        var bubble = new BubbleWalker(this, onTerminated);
        _root = new LocalActorRef(_system, Props.Create(() => new RootGuardian()), dispatcher, bubble, RootPath);
        _root.Start();
        var strategy = SupervisorStrategyConfigurator.CreateConfigurator(_system.Settings.SupervisorStrategyClass).Create();
        _user = AddGuardian("user", Props.Create<UserGuardian>(strategy));
        _systemGuardian = AddGuardian("system", Props.Create(() => new SystemGuardian(_user)));
        return;

        LocalActorRef AddGuardian(string name, Props props)
        {
            _root.Cell.Children.Reserve(name);
            var guardian = new LocalActorRef(_system, props, dispatcher, _root, RootPath / name);
            _root.Cell.Children.TryAdd(guardian);
            guardian.Start();
            return guardian;
        }
    }

    /// <summary>Makes, but does not start, an actor with the dispatcher that its props or else its deployment say.</summary>
    public IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef parent, ActorPath path)
    {
        var dispatcherId = props.Dispatcher.Length > 0
            ? props.Dispatcher
            : _deployer.DispatcherFor(path) ?? Dispatchers.DefaultDispatcherId;
        if (!system.Dispatchers.HasDispatcher(dispatcherId))
            throw new ConfigurationException($"Dispatcher [{dispatcherId}] not configured for path {path}");
        return new LocalActorRef(system, props, system.Dispatchers.Lookup(dispatcherId), parent, path);
    }

    public ActorPath NextTemporaryPath() =>
        new ChildActorPath(TempPath, "$" + Interlocked.Increment(ref _nextTemporaryName).ToString("x"), ActorPath.UndefinedUid);

    public void RegisterTemporary(IInternalActorRef actorRef, ActorPath path) => _temporary[path.Name] = actorRef;

    public void UnregisterTemporary(ActorPath path) => _temporary.TryRemove(path.Name, out _);

    public IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (!actorPath.Address.Equals(DefaultAddress))
            return new EmptyLocalActorRef(this, actorPath, _system.EventStream);
        var elements = actorPath.ElementsWithUid;
        if (elements is ["deadLetters"])
            return DeadLetters;
        var found = elements is ["temp", var name]
            ? _temporary.GetValueOrDefault(name)
            : _root!.GetChild(elements);
        return found.IsNobody() ? new EmptyLocalActorRef(this, actorPath, _system.EventStream) : found!;
    }

    /// <summary>The parent of the root: where the end of the hierarchy arrives.</summary>
    private sealed class BubbleWalker(IActorRefProvider provider, Action onTerminated) : MinimalActorRef
    {
        public override ActorPath Path { get; } = provider.RootPath / "_Root-guardian-parent";

        public override IActorRefProvider Provider => provider;

        public override void SendSystemMessage(ISystemMessage message)
        {
            switch (message)
            {
                case Failed failed:
                    failed.Child.AsInternal().Stop();
                    break;
                case DeathWatchNotification:
                    onTerminated();
                    break;
            }
        }
    }
}
