using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

// Replicas trained alone, an epoch at a time, until the end of a round.
public sealed partial class CoordinatorActor
{
    private readonly Dictionary<int, EvolutionSummary> _evolutions;
    private Network?[] _replicas = [];
    private TrainingTally[] _replicaTallies = [];
    private int _round;
    private int _replicaBatches;
    private long _replicaUpdates;
    private double _replicaLearningRate;

    /// <summary>For each shard its replica after its last whole epoch; null before its first of the round.</summary>
    internal IReadOnlyList<Network?> Replicas => _replicas;

    private double LearningRate => _replicaUpdates > 0 ? _replicaLearningRate : Server.LearningRate;

    private void RestorePhaseTwo(RunState state)
    {
        _replicaLearningRate = state.LearningRate;
        _round = state.Round;
        if (state.RoundEpochsDone.Count == 0) return;
        _replicas = [.. state.Replicas];
        _replicaTallies = state.ReplicaTallies.Count > 0 ? [.. state.ReplicaTallies] : new TrainingTally[Ledger.ShardCount];
        Round = NewRound(state.RoundEpochsDone);
    }

    private RoundLedger NewRound(IReadOnlyList<int>? epochsDone = null) => new(
        Ledger.ShardCount, _plan.FirstEpoch(_round), _plan.FirstEpoch(_round + 1), Ledger.LastTicket, evolves: !_plan.IsTopologyShared,
        epochsDone);

    private void InPhaseTwo()
    {
        Phase = RunPhase.PhaseTwo;
        Receive<PhaseTwo.ReplicaTrained>(OnReplica);
        Receive<WorkPulling.Diverged>(OnDiverged);
        Receive<IWorkRequest>(request =>
        {
            if (!TryAdmit(request, out var worker)) return;
            Round!.Release(worker.Name);
            Serve(worker, request is WorkPulling.Request ? RefusalReason.None : RefusalReason.OtherPhase);
        });
        ReceiveInAnyPhase();
    }

    private void BeginRound()
    {
        if (Phase == RunPhase.Finished) return; // the epoch that ended the round had diverged
        if (_round == _plan.Rounds)
        {
            Finish(RunOutcome.Completed, null);
            return;
        }
        if (IsAverageToEvolve()) return;
        Become(InPhaseTwo);
        if (Round is null)
        {
            Round = NewRound();
            _replicas = new Network?[Ledger.ShardCount];
            _replicaTallies = new TrainingTally[Ledger.ShardCount];
        }
        _replicaBatches = 0;
        Report(RunEvent.PhaseBegan, $"phase two, round {_round + 1} of {_plan.Rounds}, epochs {Round.FirstEpoch + 1} to {Round.EndEpoch}");
        // A run that was stopped when all replicas were in goes on from there.
        if (Round.IsFinished) BeginAveraging();
        else ServeParked();
    }

    private bool TrySendReplica(WorkerEntry worker, RefusalReason refusal)
    {
        if (!Round!.TryAssign(worker.Name, worker.HomeShard, out var assignment)) return false;
        var work = _pool.Rent(_replicas[assignment.Shard] ?? Server.Network, withVelocities: true);
        worker.Actor.Tell(new PhaseTwo.TrainReplica(
            RunId, worker.Name, worker.Incarnation, worker.RequestId, Server.ModelVersion, _round, assignment, _rateScale, refusal,
            worker.KnownTopologyIds, new(work)));
        return true;
    }

    private void OnReplica(PhaseTwo.ReplicaTrained trained)
    {
        if (!TryAdmit(trained, out var worker, out var work)) return;
        var refusal = RefusalReason.NotInFlight;
        var isHeld = Round!.TryGetInFlight(worker.Name, out var assignment) && assignment.Ticket == trained.Ticket
            && trained.Round == _round;
        if (isHeld && work is not null && !IsOfEpoch(trained, assignment.Shard))
        {
            refusal = RefusalReason.Implausible;
        }
        else if (isHeld && work is not null)
        {
            var notFinite = Divergence.FindLayer(work.Replica);
            if (notFinite < 0)
            {
                Keep(worker, trained, assignment, work.Replica);
                _pool.Return(work);
                if (Phase == RunPhase.PhaseTwo) Serve(worker, RefusalReason.None);
                else Park(worker, RefusalReason.None);
                return;
            }
            refusal = RefusalReason.NotFinite;
            CountNotFinite($"{worker.Name}, shard {assignment.Shard}, epoch {assignment.Epoch + 1}: "
                + $"{work.Replica.Describe(notFinite)} has weights that are not finite");
        }
        _refused++;
        if (work is not null) _pool.Return(work);
        Round.Release(worker.Name);
        Serve(worker, refusal);
    }

    private bool IsOfEpoch(PhaseTwo.ReplicaTrained trained, int shard)
    {
        var tally = trained.Tally;
        return tally.Batches == _job.BatchesPerShard()[shard] && double.IsFinite(tally.LossSum) && double.IsFinite(trained.LearningRate)
            && tally.SampleCount > 0 && tally.CorrectCount >= 0 && tally.CorrectCount <= tally.SampleCount;
    }

    private void Keep(WorkerEntry worker, PhaseTwo.ReplicaTrained trained, ReplicaAssignment assignment, Network replica)
    {
        OnResult(worker);
        if (_replicas[assignment.Shard] is { } kept) kept.CopyFrom(replica);
        else _replicas[assignment.Shard] = replica.Clone();
        _replicaTallies[assignment.Shard] = trained.Tally;
        Tally(assignment.Epoch, trained.Tally);
        AddEvolution(assignment.Epoch, trained.Evolution);
        _replicaUpdates += trained.Tally.Batches;
        _replicaLearningRate = trained.LearningRate;
        var epoch = Round!.CurrentEpoch;
        Round.Complete(worker.Name);
        if (Round.IsFinished) BeginAveraging();
        else if (Round.CurrentEpoch > epoch) OnReplicaEpochClosed(epoch);
    }

    // Between averages the epoch is measured on the average there would be now: what training would yield if it ended here.
    private void OnReplicaEpochClosed(int epoch)
    {
        _notFiniteInEpoch = 0;
        _replicaBatches = 0;
        using var average = RunState.Average(_replicas);
        OnEpochClosed(epoch, average);
    }

    private EvolutionSummary TakeEvolution(int epoch)
    {
        _evolutions.Remove(epoch, out var evolution);
        return evolution;
    }

    private void OnStillTraining(PhaseTwo.StillTraining signal)
    {
        if (!TryFind(signal, out var worker)) return;
        if (Round is not null && Round.TryGetInFlight(worker.Name, out var assignment) && assignment.Ticket == signal.Ticket)
            _replicaBatches += signal.Batches;
    }
}
