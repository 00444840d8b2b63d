using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors;

// Epochs whose numbers are lost, and how the run ends with them.
public sealed partial class CoordinatorActor
{
    private readonly GuessLoss _guess;
    private readonly double _rateScale;
    private double? _bestEpochLoss;

    // The epoch of phase one that goes on. In phase two the order in which replicas come is chance: there whole epochs are judged only.
    private void JudgeSoFar(int epoch)
    {
        if (Phase == RunPhase.Finished) return;
        var tally = _tallies.GetValueOrDefault(epoch);
        var diverged = Divergence.OfLossSoFar(
            tally.LossSum, tally.SampleCount, tally.Batches, Ledger.BatchesPerEpoch, epoch, _guess);
        if (diverged is not null) EndDiverged(diverged);
    }

    // Says whether an epoch that is over may count; if not, the run ends.
    private bool IsGood(int epoch, TrainingTally tally)
    {
        if (Phase == RunPhase.Finished) return false; // one before it diverged
        if (tally.SampleCount == 0) return true;
        var loss = tally.LossSum / tally.SampleCount;
        var accuracy = tally.CorrectCount / (double)tally.SampleCount;
        if (Divergence.OfEpochLoss(loss, accuracy, _bestEpochLoss, epoch, _guess) is { } diverged)
        {
            EndDiverged(diverged);
            return false;
        }
        _bestEpochLoss = Math.Min(loss, _bestEpochLoss ?? double.PositiveInfinity);
        return true;
    }

    // The first time whoever started the run begins another life from the last good state; epochs before are still measured and written.
    private void EndDiverged(string error)
    {
        var outcome = _rateScale < 1 ? RunOutcome.Failed : RunOutcome.Diverged;
        if (Phase != RunPhase.Finished)
        {
            Finish(outcome, error);
            return;
        }
        // The run had come to its end before its last epoch was measured.
        if (_outcome is RunOutcome.Completed or RunOutcome.Stopped) (_outcome, _error) = (outcome, Shorten(error));
        _finalState?.Dispose();
        _finalState = null;
        FlushJournal();
    }

    // What came of an epoch that diverged, and of those after it, is not reported, not the best and not written.
    private void DropFrom(EpochRecord record)
    {
        while (_journal.Last!.Value is var last)
        {
            _journal.RemoveLast();
            last.State.Dispose();
            if (last == record) return;
        }
    }
}
