using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Cluster;

/// <summary>
/// Opens the data of a training on a worker node, from the coordinator's configuration and this node's own folders. Kept for as long as the
/// process joins the same training again.
/// </summary>
internal sealed class WorkerData(Settings node) : IDisposable
{
    // What a node decides for itself.
    private static readonly string[] s_own = ["data-dir", "threads", "kernels"];

    private readonly Lock _lock = new();
    private (string Configuration, DataPair Data)? _opened;

    /// <summary>The job of a training as this node finds it.</summary>
    /// <exception cref="Model.InvalidInputException">The data cannot be opened here.</exception>
    public WorkerJob Open(Nodes.Training training)
    {
        var settings = Resolve(training);
        lock (_lock)
        {
            if (_opened?.Configuration != training.Configuration)
            {
                _opened?.Data.Dispose();
                _opened = null;
                _opened = (training.Configuration, DataSource.Load(TrainingSetup.Data(settings)));
            }
            var data = _opened.Value.Data;
            var job = TrainingSetup.Job(settings, data, training.RunId);
            return new(job, job.DataHash, RunConfiguration.Hash(settings, job.DataHash));
        }
    }

    public void Dispose() => _opened?.Data.Dispose();

    private Settings Resolve(Nodes.Training training)
    {
        var stored = RunConfiguration.FromJson(training.Configuration, "the coordinator's configuration");
        var values = stored.Values.Where(item => !s_own.Contains(item.Key)).ToDictionary(item => item.Key, item => item.Value);
        foreach (var name in s_own)
            if (node.Find(name) is { } own) values[name] = own;
        return SettingsResolver.Resolve(
            Verbs.Cluster, stored with { Values = values }, new Dictionary<string, string>(), new Dictionary<string, string>());
    }
}
