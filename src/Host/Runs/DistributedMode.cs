using ActorSparse.Host.Configuration;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Runs;

/// <summary>A coordinator in this process, with workers where the site has them (docs/protocol.md).</summary>
internal sealed class DistributedMode(ITrainingSite site) : ITrainingMode
{
    public ModeResult Run(TrainingJob job, Settings settings, RunFiles files, RunReporter reporter, CancellationToken stop)
    {
        var begin = files.Begin;
        // The run takes its state over; the beginning keeps its network, which gets the result.
        var state = begin.Coordination is null
            ? RunState.Initial(begin.Network.Clone(), job)
            : RunCheckpoint.Read(begin, job, "the last checkpoint").Copy();
        var listener = new DistributedListener(job, reporter, state.Updates);
        var result = site.TrainAsync(job, settings, state, listener, files, stop).GetAwaiter().GetResult();
        using var network = result.Network;
        begin.Network.CopyFrom(network);
        var facts = listener.Facts(result.Status);
        return result.Outcome == RunOutcome.Failed
            // The last checkpoint is from before the updates that led to this.
            ? new(files.LastState with { UpdateCount = result.Status.Updates }, result.Error, facts)
            : new(files.LastState, Facts: facts);
    }
}
