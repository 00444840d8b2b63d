using ActorSparse.Actors;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Runs;

/// <summary>All workers in this process.</summary>
internal sealed class LocalSite : ITrainingSite
{
    private const int DefaultWorkersMax = 4;

    public string Command => "train";

    public IEnumerable<string> Describe() => [];

    public bool IsAcrossMachines => false;

    public int DefaultWorkers => Math.Min(Environment.ProcessorCount, DefaultWorkersMax);

    public async Task<RunResult> TrainAsync(
        TrainingJob job, Settings settings, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken stop)
    {
        var system = ActorSystem.Create("actorsparse", Hocon.Load("laptop"));
        try
        {
            var threads = Math.Max(1, TrainingSetup.Threads(settings) / job.Run.Workers);
            return await DistributedTrainer.RunAsync(system, job, state, listener, checkpoints, threads, cancellation: stop)
                .ConfigureAwait(false);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }
}
