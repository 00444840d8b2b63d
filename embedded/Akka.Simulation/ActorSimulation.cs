using System.Globalization;
using ActorSparse.Model.Numerics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Simulation.Internal;

namespace Akka.Simulation;

/// <summary>
/// Runs actor systems on the calling thread: a seed decides which of all messages on their way is delivered next, when time moves on and
/// what goes wrong. The same seed, plan and program give the same run. Messages of one sender to one receiver keep their order unless the
/// plan says otherwise. See docs/simulation.md for what is outside the deterministic set.
/// </summary>
public sealed partial class ActorSimulation : IDisposable
{
    private static readonly Config Required = ConfigurationFactory.ParseString(
        """
        akka {
          loggers = []
          stdout-loglevel = OFF
          log-dead-letters = off
          scheduler.implementation = "Akka.Simulation.Internal.SimulationScheduler, Akka.Simulation"
          coordinated-shutdown { run-by-clr-shutdown-hook = off, run-by-actor-system-terminate = off }
        }
        """);

    private readonly List<ActorSystemImpl> _systems = [];
    private readonly RandomStream _random;
    private readonly FaultPlan _plan;
    private readonly Trace _trace;
    private bool _isSettling;
    private int _thread = Environment.CurrentManagedThreadId;
    private string? _strayMessage;

    /// <param name="seed">Decides everything that is left open.</param>
    /// <param name="plan">What may go wrong; nothing if null.</param>
    /// <param name="traceLength">How many of the last steps are kept for <see cref="Trace"/>.</param>
    public ActorSimulation(long seed, FaultPlan? plan = null, int traceLength = 200)
    {
        Seed = seed;
        _plan = plan ?? FaultPlan.None;
        _random = new RandomSource((ulong)seed).Stream("simulation");
        _trace = new Trace(traceLength);
    }

    public long Seed { get; }

    /// <summary>The virtual time since the start.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Number of steps so far: deliveries, faults, work of the runtime, moves of time.</summary>
    public long Steps { get; private set; }

    /// <summary>Number of messages that actors have processed so far.</summary>
    public long Deliveries { get; private set; }

    /// <summary>Checked after every step; what it throws ends the run.</summary>
    public Action? Invariant { get; set; }

    /// <summary>The last steps, the latest at the end.</summary>
    public IEnumerable<TraceEntry> Trace => _trace.Entries;

    /// <summary>A number over all steps since the start, to compare whole runs by.</summary>
    public ulong TraceDigest => _trace.Digest;

    /// <summary>Makes a system whose actors this simulation runs; several can talk to each other.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="config">Its configuration; schedulers, dispatchers and loggers in it do not apply.</param>
    public ActorSystem CreateSystem(string name, Config? config = null)
    {
        var system = new ActorSystemImpl(name, Required.WithFallback(config), ActorSystemSetup.Empty);
        var prerequisites = new DefaultDispatcherPrerequisites(system.EventStream, system.Scheduler, system.Settings);
        system.Dispatchers.UseOnly(new SimulationDispatcherConfigurator(ConfigurationFactory.Empty, prerequisites, this));
        ((SimulationScheduler)system.Scheduler).Attach(this);
        system.Start();
        var recorder = new EventRecorder(this, system);
        system.EventStream.Subscribe(recorder, typeof(LogEvent));
        system.EventStream.Subscribe(recorder, typeof(DeadLetter));
        _systems.Add(system);
        Settle();
        return system;
    }

    /// <summary>The current instance behind a reference, for invariants that look into actors; null between two instances.</summary>
    public static TActor? InstanceOf<TActor>(IActorRef actor)
        where TActor : ActorBase =>
        ((LocalActorRef)actor).Cell.Actor as TActor;

    /// <summary>Takes steps until a condition holds; without one, until nothing is on its way and no timer runs.</summary>
    /// <param name="until">Checked before every step.</param>
    /// <param name="maxSteps">The most steps to take.</param>
    /// <exception cref="SimulationException">
    /// The invariant or the condition threw, the steps ran out, or nothing is left to happen and the condition does not hold.
    /// </exception>
    public void Run(Func<bool>? until = null, long maxSteps = 1_000_000)
    {
        _thread = Environment.CurrentManagedThreadId;
        var last = Steps + maxSteps;
        try
        {
            while (until?.Invoke() != true)
            {
                if (Steps >= last)
                {
                    throw Failure($"not done after {maxSteps} steps", null);
                }

                if (Step())
                    continue;

                if (until is not null)
                    throw Failure("nothing is left to happen, and the condition does not hold", null);

                return;
            }
        }
        catch (Exception exception) when (exception is not SimulationException)
        {
            throw Failure(exception.Message, exception);
        }
    }

    /// <summary>Takes one step.</summary>
    /// <returns>False if there was none to take.</returns>
    public bool Step()
    {
        _thread = Environment.CurrentManagedThreadId;
        if (!TakeStep(_plan))
            return false;

        if (_strayMessage is { } stray)
            throw Failure(stray, null);

        Invariant?.Invoke();
        return true;
    }

    /// <summary>Stops all actors, without faults, so that they release what they hold.</summary>
    public void Dispose()
    {
        foreach (var system in _systems)
            system.FinalTerminate();

        Settle();
    }

    internal void Record(TraceKind kind, IActorRef? sender, IActorRef? receiver, object? message)
    {
        if (!_isSettling)
            _trace.Add(new TraceEntry(Steps, Time, kind, sender, receiver, message));
    }

    internal void CheckThread(object message)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            return;

        _strayMessage = $"{message} was sent from a thread outside the simulation, so that a replay would differ; see docs/simulation.md";
        throw new InvalidOperationException(_strayMessage);
    }

    private SimulationException Failure(string reason, Exception? cause) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Seed {Seed}, step {Steps}, {Time:c}: {reason}\nReplay: {SimulationSeeds.CommandFor(Seed)}\n{string.Join('\n', Trace)}"),
        cause);
}
