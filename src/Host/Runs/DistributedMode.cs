using ActorSparse.Host.Configuration;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Runs;

/// <summary>A coordinator in this process, with workers where the site has them (docs/protocol.md).</summary>
internal sealed class DistributedMode : ITrainingMode
{
    private readonly ITrainingSite _site;
    private readonly TrainingJob _job;
    private readonly Settings _settings;
    private RunState? _state; // until the run takes it over

    public DistributedMode(ITrainingSite site, TrainingJob job, Settings settings, Checkpoint begin)
    {
        (_site, _job, _settings) = (site, job, settings);
        // The beginning keeps its network, which gets the result.
        _state = begin.Coordination is null
            ? RunState.Initial(begin.Network.Clone(), job)
            : RunCheckpoint.Read(begin, job, "the last checkpoint").Copy();
        try
        {
            site.Start(job, settings);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ModeResult Run(RunFiles files, RunReporter reporter, CancellationToken stop)
    {
        var state = _state!;
        _state = null;
        var listener = new DistributedListener(_job, reporter, state.Updates);
        var result = _site.TrainAsync(_job, _settings, state, listener, files, stop).GetAwaiter().GetResult();
        using var network = result.Network;
        files.Begin.Network.CopyFrom(network);
        var facts = listener.Facts(result.Status);
        return result.Outcome == RunOutcome.Failed
            // The last checkpoint is from before the updates that led to this.
            ? new(files.LastState with { UpdateCount = result.Status.Updates }, result.Error, facts)
            : new(files.LastState, Facts: facts);
    }

    public void Dispose()
    {
        _site.StopAsync().GetAwaiter().GetResult();
        _state?.Dispose();
    }
}
