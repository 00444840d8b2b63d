using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Wires the parts of a system together, starts them and ends them.</summary>
internal sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExtensionRegistry _extensions;
    private readonly Lock _terminationLock = new();
    private readonly LocalActorRefProvider _provider;
    private readonly ILoggingAdapter _log;
    private List<Action>? _onTermination = [];
    private long _nextUid;

    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw new ArgumentException(
                $"invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')",
                nameof(name));
        }

        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        _log = new BusLogging(EventStream, $"ActorSystem({name})", typeof(ActorSystem), DefaultLogMessageFormatter.Instance);
        _extensions = new ExtensionRegistry(this);
        Serialization = new Serialization.Serialization(this);
        Scheduler = CreateScheduler();
        StartedAt = Scheduler.MonotonicClock;
        Dispatchers = new Dispatchers(this, new DefaultDispatcherPrerequisites(EventStream, Scheduler, Settings));
        _provider = new LocalActorRefProvider(this);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override Serialization.Serialization Serialization { get; }

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters => _provider.DeadLetters;

    public override Dispatchers Dispatchers { get; }

    public override IScheduler Scheduler { get; }

    public override ILoggingAdapter Log => _log;

    public override Task WhenTerminated => _terminated.Task;

    public override LocalActorRefProvider Provider => _provider;

    public override IInternalActorRef Guardian => _provider.Guardian;

    public override IInternalActorRef SystemGuardian => _provider.SystemGuardian;

    public override IInternalActorRef LookupRoot => _provider.RootGuardian;

    /// <summary>Tells incarnations under one name apart; counted, not drawn, so that runs can be compared.</summary>
    public long NextUid() => Interlocked.Increment(ref _nextUid);

    public void Start()
    {
        _provider.Start(FinishTermination);
        EventStream.StartDefaultLoggers(this);
        EventStream.StartDeadLetterListener(this);
        _ = CoordinatedShutdown.Get(this);
        LoadExtensions();
    }

    public override IActorRef ActorOf(Props props, string? name = null) => _provider.UserGuardian.Cell.ActorOf(props, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) => _provider.SystemGuardianRef.Cell.ActorOf(props, name);

    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    public override ActorSelection ActorSelection(string actorPath) =>
        ActorRefFactoryShared.ActorSelection(actorPath, this, _provider.Guardian);

    public override void Stop(IActorRef actor)
    {
        if (actor is LocalActorRef { Parent: LocalActorRef parent } && (parent == _provider.Guardian || parent == _provider.SystemGuardian))
            parent.Cell.Stop(actor);
        else
            actor.AsInternal().Stop();
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            FinalTerminate();
        return WhenTerminated;
    }

    /// <summary>Stops all actors, without the coordinated shutdown's phases.</summary>
    public Task FinalTerminate()
    {
        if (!Settings.LogDeadLettersDuringShutdown)
            EventStream.StopDeadLetterListener();
        _provider.Guardian.Stop();
        return WhenTerminated;
    }

    public override void RegisterOnTermination(Action code)
    {
        lock (_terminationLock)
        {
            if (_onTermination is null)
                throw new InvalidOperationException("ActorSystem already terminated.");
            _onTermination.Add(code);
        }
    }

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object GetExtension(IExtensionId extensionId) => _extensions.Find(extensionId.ExtensionType)!;

    public override T GetExtension<T>() => (T)_extensions.Find(typeof(T))!;

    public override bool HasExtension(Type type) => _extensions.Find(type) is not null;

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object? extension) =>
        (extension = _extensions.Find(extensionType)) is not null;

    public override bool TryGetExtension<T>(out T? extension)
        where T : class => (extension = GetExtension<T>()) is not null;

    public override string ToString() => $"akka://{Name}";

    private IScheduler CreateScheduler()
    {
        var type = Util.TypeExtensions.Resolve(Settings.SchedulerClass, "akka.scheduler.implementation");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config.GetConfig("akka.scheduler"), _log)!;
    }

    private void LoadExtensions()
    {
        foreach (var name in Settings.Config.GetStringList("akka.extensions"))
        {
            var type = Util.TypeExtensions.Resolve(name, "akka.extensions");
            if (!typeof(IExtensionId).IsAssignableFrom(type))
                throw new ConfigurationException($"akka.extensions names {name}; expected a class that implements IExtensionId");
            RegisterExtension((IExtensionId)Activator.CreateInstance(type, nonPublic: true)!);
        }
    }

    // Runs on the thread of the last actor, which may belong to a dispatcher that is about to end.
    private void FinishTermination() => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            List<Action> codes;
            lock (_terminationLock)
            {
                codes = _onTermination!;
                _onTermination = null;
            }

            // Last registered first, as resources are released in the reverse order of their making.
            for (var i = codes.Count - 1; i >= 0; i--)
                RunOnTermination(codes[i]);
            (Scheduler as IDisposable)?.Dispose();
            Dispatchers.Shutdown();
            _terminated.TrySetResult();
        },
        null);

    private void RunOnTermination(Action code)
    {
        try
        {
            code();
        }
        catch (Exception failure)
        {
            EventStream.Publish(new Error(failure, ToString(), GetType(), "Code registered on termination failed"));
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex NamePattern();
}
