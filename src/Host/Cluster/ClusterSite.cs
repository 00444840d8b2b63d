using ActorSparse.Actors;
using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Configuration;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Cluster;

/// <summary>The workers are on other nodes, which join this one.</summary>
/// <param name="settings">The options of the coordinator.</param>
/// <param name="elected">The actor system and this node in it, if it is one of several whose turn it is.</param>
internal sealed class ClusterSite(Settings settings, (ActorSystem System, CoordinatorNode Node)? elected = null) : ITrainingSite
{
    private const int DefaultWorkersMin = 4;

    public string Command => "cluster coordinator";

    private readonly Config _configuration = NodeConfiguration.Load(settings, NodeProtocol.CoordinatorRole);
    private ActorSystem? _system;
    private CoordinatorNode? _node;
    private Nodes.Training? _training;

    public int DefaultWorkers => Math.Max(settings.Whole("min-workers"), DefaultWorkersMin);

    public bool IsAcrossMachines => true;

    public IEnumerable<string> Describe()
    {
        yield return Describe(_configuration, settings, settings.Find("join"));
    }

    /// <summary>Where a coordinator is, and how workers join it.</summary>
    public static string Describe(Config configuration, Settings settings, string? join)
    {
        var endpoint = NodeConfiguration.Endpoint(configuration);
        return $"cluster   coordinator at {endpoint}, begins with {settings.Whole("min-workers")} workers; "
            + $"they join with: actorsparse cluster worker --join {join ?? endpoint}";
    }

    public void Start(TrainingJob job, Settings completed)
    {
        _training = new(
            job.RunId, NodeProtocol.Version, Recovery: "", RunConfiguration.ToJson(completed, withRunOptions: true),
            RunConfiguration.Hash(completed, job.DataHash), job.TrainingSet.Name, job.DataHash);
        CoordinatorNode.CheckTravels(_training);
        _ = ProtocolSettings.From(_configuration);
        _ = LinkSettings.From(_configuration);
        _system = elected?.System ?? NodeConfiguration.Start(_configuration);
        _node = elected?.Node ?? CoordinatorNode.Join(_system, []);
    }

    public async Task StopAsync()
    {
        if (_system is null) return;
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).ConfigureAwait(false);
        await _system.WhenTerminated.ConfigureAwait(false);
    }

    public async Task<RunResult> TrainAsync(
        TrainingJob job, Settings completed, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken stop)
    {
        try
        {
            return await _node!.RunAsync(_training!, settings.Whole("min-workers"), job, state, listener, checkpoints, stop)
                .ConfigureAwait(false);
        }
        finally
        {
            await StopAsync().ConfigureAwait(false);
        }
    }
}
