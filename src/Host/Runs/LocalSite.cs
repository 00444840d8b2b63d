using ActorSparse.Actors;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using Akka.Actor;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Runs;

/// <summary>All workers in this process.</summary>
internal sealed class LocalSite : ITrainingSite
{
    private ActorSystem? _system;

    public string Command => "train";

    public IEnumerable<string> Describe() => [];

    public bool IsAcrossMachines => false;

    public int DefaultWorkers => TrainingDefaults.LocalWorkers;

    public void Start(TrainingJob job, Settings settings)
    {
        var configuration = ProtocolSettings.ForWorkers(Hocon.Load("laptop"), job.Run.Workers);
        _ = ProtocolSettings.From(configuration);
        _system = ActorSystem.Create("actorsparse", configuration);
    }

    public Task StopAsync() => _system?.Terminate() ?? Task.CompletedTask;

    public async Task<RunResult> TrainAsync(
        TrainingJob job, Settings settings, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken stop)
    {
        try
        {
            var threads = TrainingDefaults.ThreadsPerWorker(TrainingSetup.Threads(settings), job.Run.Workers);
            return await DistributedTrainer.RunAsync(_system!, job, state, listener, checkpoints, threads, cancellation: stop)
                .ConfigureAwait(false);
        }
        finally
        {
            await StopAsync().ConfigureAwait(false);
        }
    }
}
