using ActorSparse.Actors;
using ActorSparse.Actors.Recovery;
using ActorSparse.Host.Cluster;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Recovery;

/// <summary>Runs algorithms with threads, with workers of this process or with those of a cluster: with the same result.</summary>
internal sealed class RecoveryRunner : IDisposable
{
    private readonly RecoveryPlan _plan;
    private readonly RecoverySite? _site;
    private ActorSystem? _system;
    private (RecoveryData Data, ulong Hash)? _hashed;

    /// <summary>As the plan says; on a cluster this node listens from now on.</summary>
    /// <exception cref="Model.InvalidInputException">It cannot listen where it should.</exception>
    public RecoveryRunner(RecoveryPlan plan, Settings settings, IRecoverySamples samples)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        if (plan.IsOnCluster) _site = new(plan.Kind, settings, samples);
    }

    /// <summary>On a cluster: tells the user where it is, lets workers in and waits for the first.</summary>
    /// <param name="say">Tells the user.</param>
    /// <param name="log">Takes what happens; from any thread.</param>
    /// <param name="stop">Ends the wait for them.</param>
    public void Begin(Action<string> say, Action<string> log, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(say);
        if (_site is null) return;
        say(_site.Description);
        _site.Begin(log, stop);
    }

    /// <summary>Runs <paramref name="steps"/> to their end.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="source">Which they are; their hash is put in here.</param>
    /// <param name="steps">The algorithm, at its beginning.</param>
    /// <param name="stop">Ends it early.</param>
    public void Run(RecoveryData data, SampleSource source, IhtSteps steps, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(steps);
        if (_site is not null)
        {
            if (_hashed?.Data != data) _hashed = (data, data.ContentHash());
            _site.Run(source with { ContentHash = _hashed.Value.Hash }, steps, stop);
            return;
        }
        if (_plan.Workers is { } count)
        {
            _system ??= ActorSystem.Create("actorsparse", DistributedTrainer.LocalConfiguration(count));
            RecoveryActors.RunAsync(_system, data, steps, count, cancellation: stop).GetAwaiter().GetResult();
            return;
        }
        using var sums = new SampleSums(data, _plan.Threads);
        steps.Run(sums, stop);
    }

    /// <summary>On a cluster: tells the workers how it ended.</summary>
    public void End(RunOutcome outcome, string? error = null) => _site?.End(outcome, error);

    /// <inheritdoc/>
    public void Dispose()
    {
        _site?.Dispose();
        _system?.Terminate().Wait();
        _system?.Dispose();
    }
}
