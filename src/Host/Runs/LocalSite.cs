using ActorSparse.Actors;
using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Configuration;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Runs;

/// <summary>All workers in this process.</summary>
internal sealed class LocalSite : ITrainingSite
{
    private const int DefaultWorkersMax = 4;

    public string Command => "train";

    public IEnumerable<string> Describe() => [];

    public Config Configuration => Hocon.Load("laptop");

    public int DefaultWorkers => Math.Min(Environment.ProcessorCount, DefaultWorkersMax);

    public ActorSystem Start(Config configuration) => ActorSystem.Create("actorsparse", configuration);

    public Task<RunResult> TrainAsync(
        ActorSystem system, TrainingJob job, Settings settings, RunState state, DistributedListener listener, CancellationToken stop) =>
        DistributedTrainer.RunAsync(
            system, job, state, listener, listener, Math.Max(1, TrainingSetup.Threads(settings) / job.Run.Workers), cancellation: stop);

    public Task CloseAsync(ActorSystem system) => system.Terminate();
}
