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

    public int DefaultWorkers => Math.Max(settings.Whole("min-workers"), DefaultWorkersMin);

    public bool IsAcrossMachines => true;

    public IEnumerable<string> Describe()
    {
        var endpoint = NodeConfiguration.Endpoint(_configuration);
        yield return $"cluster   coordinator at {endpoint}, begins with {settings.Whole("min-workers")} workers; "
            + $"they join with: actorsparse cluster worker --join {settings.Find("join") ?? endpoint}";
    }

    public async Task<RunResult> TrainAsync(
        TrainingJob job, Settings completed, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken stop)
    {
        var training = new Nodes.Training(
            job.RunId, NodeProtocol.Version, RunConfiguration.ToJson(completed, withRunOptions: true),
            RunConfiguration.Hash(completed, job.TrainingSet.ContentHash), job.TrainingSet.Name, job.TrainingSet.ContentHash);
        var system = elected?.System ?? NodeConfiguration.Start(_configuration);
        try
        {
            var node = elected?.Node ?? CoordinatorNode.Join(system, []);
            return await node.RunAsync(new(training, settings.Whole("min-workers"), job), state, listener, checkpoints, stop)
                .ConfigureAwait(false);
        }
        finally
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).ConfigureAwait(false);
            await system.WhenTerminated.ConfigureAwait(false);
        }
    }
}
