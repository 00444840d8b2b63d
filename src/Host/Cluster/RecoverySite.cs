using ActorSparse.Actors;
using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Recovery;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Configuration;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Cluster;

/// <summary>Recoveries whose workers are on other nodes, which join this one.</summary>
internal sealed class RecoverySite : IDisposable
{
    private readonly Config _configuration;
    private readonly Settings _settings;
    private readonly IRecoverySamples _samples;
    private readonly ActorSystem _system;
    private readonly CoordinatorNode _node;
    private readonly string _kind;
    private ClusterRecovery? _recovery;

    /// <summary>Listens from now on.</summary>
    /// <exception cref="Model.InvalidInputException">It cannot listen where it should.</exception>
    public RecoverySite(string kind, Settings settings, IRecoverySamples samples)
    {
        (_kind, _settings, _samples) = (kind, settings, samples);
        _configuration = NodeConfiguration.Load(settings, NodeProtocol.CoordinatorRole);
        _ = ProtocolSettings.From(_configuration);
        _ = LinkSettings.From(_configuration);
        _system = NodeConfiguration.Start(_configuration);
        _node = CoordinatorNode.Join(_system, []);
    }

    /// <summary>Where the coordinator is, and how workers join.</summary>
    public string Description => ClusterSite.Describe(_configuration, _settings, null);

    /// <summary>Lets workers in, and waits for the first: the time until then is no recovery's.</summary>
    /// <param name="log">Takes what happens, from any thread.</param>
    /// <param name="stop">Ends the wait.</param>
    public void Begin(Action<string> log, CancellationToken stop)
    {
        var job = _samples.Job(TrainingJob.NewRunId());
        var training = new Nodes.Training(
            job.RunId, NodeProtocol.Version, _kind, RunConfiguration.OfRecovery(_settings),
            RunConfiguration.HashOfRecovery(_settings, _samples.ContentHash), _samples.Name, _samples.ContentHash);
        var listener = new RecoveryListener(log);
        CoordinatorNode.CheckTravels(training);
        _recovery = _node.RecoverAsync(training, _settings.Whole("min-workers"), job, listener).GetAwaiter().GetResult();
        Task.WhenAny(listener.Joined, Task.Delay(Timeout.Infinite, stop), _system.WhenTerminated).Wait(CancellationToken.None);
    }

    /// <summary>Runs an algorithm to its end.</summary>
    public void Run(SampleSource source, IhtSteps steps, CancellationToken stop) =>
        _recovery!.RunAsync(source, steps, stop).GetAwaiter().GetResult();

    /// <summary>Tells the workers how it ended, and waits until they have left.</summary>
    public void End(RunOutcome outcome, string? error) => _recovery?.EndAsync(outcome, error).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).Wait(CancellationToken.None);
        _system.WhenTerminated.Wait(CancellationToken.None);
    }
}
