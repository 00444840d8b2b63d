using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Recovery;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Cluster;

/// <summary>
/// Opens the data of a run on a worker node, from the coordinator's configuration and this node's own folders. Kept for as long as the
/// process joins the same run again.
/// </summary>
internal sealed class WorkerData(Settings node) : IDisposable
{
    // What a node decides for itself.
    private static readonly string[] s_own = ["data-dir", "threads", "kernels"];

    private readonly Lock _lock = new();
    private (string Configuration, IDisposable Data)? _opened;

    /// <summary>The job of a run as this node finds it.</summary>
    /// <exception cref="Model.InvalidInputException">The data cannot be opened here.</exception>
    public WorkerJob Open(Nodes.Training training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var settings = Resolve(training);
        if (training.Recovery.Length > 0)
        {
            var recovery = Data(training, () => new RecoveryNodeData(training.Recovery, settings));
            return new RecoveryWorkerJob(recovery.Samples.Job(training.RunId), recovery.Store, recovery.Samples.ContentHash,
                RunConfiguration.HashOfRecovery(settings, recovery.Samples.ContentHash));
        }
        var job = TrainingSetup.Job(settings, Data(training, () => DataSource.Load(TrainingSetup.Data(settings))), training.RunId);
        return new TrainingWorkerJob(job, job.DataHash, RunConfiguration.Hash(settings, job.DataHash));
    }

    public void Dispose() => _opened?.Data.Dispose();

    private T Data<T>(Nodes.Training training, Func<T> open) where T : class, IDisposable
    {
        var name = $"{training.Recovery} {training.Configuration}";
        lock (_lock)
        {
            if (_opened?.Configuration != name)
            {
                _opened?.Data.Dispose();
                _opened = null;
                _opened = (name, open());
            }
            return (T)_opened.Value.Data;
        }
    }

    private Settings Resolve(Nodes.Training training)
    {
        var isRecovery = training.Recovery.Length > 0;
        var stored = RunConfiguration.FromJson(training.Configuration, "the coordinator's configuration", withCallOptions: isRecovery);
        var values = stored.Values.Where(item => !s_own.Contains(item.Key)).ToDictionary(item => item.Key, item => item.Value);
        foreach (var name in s_own)
            if (node.Find(name) is { } own) values[name] = own;
        return SettingsResolver.Resolve(
            isRecovery ? Verbs.Recover : Verbs.Cluster, stored with { Values = values }, new Dictionary<string, string>(), new Dictionary<string, string>());
    }
}
