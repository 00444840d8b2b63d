using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// Gradients of single batches: applied as they come (WASAP) or step by step (WSSP).
public sealed partial class CoordinatorActor
{
    private readonly StepBarrier _barrier = new();
    private readonly Dictionary<int, TrainingTally> _tallies;
    private int _notFiniteInEpoch;

    private void InPhaseOne()
    {
        Phase = RunPhase.PhaseOne;
        ReceiveGradients();
    }

    // As phase one, for what is still under way: nothing is left to hand out unless a worker is lost.
    private void Draining()
    {
        Phase = RunPhase.Draining;
        ReceiveGradients();
    }

    private void ReceiveGradients()
    {
        Receive<PhaseOne.GradientPush>(OnGradient);
        ReceiveGuided();
        Receive<WorkPulling.Diverged>(OnDiverged);
        Receive<IWorkRequest>(request =>
        {
            if (!TryAdmit(request, out var worker)) return;
            ReleaseWork(worker.Name);
            Serve(worker, request is WorkPulling.Request ? RefusalReason.None : RefusalReason.OtherPhase);
        });
        ReceiveInAnyPhase();
    }

    private void ContinuePhaseOne()
    {
        AllowEpochs();
        EvolveNext();
        ServeParked();
        EndPhaseOneIfDone();
    }

    private void OnGradient(PhaseOne.GradientPush push)
    {
        if (!TryAdmit(push, out var worker, out var work)) return;
        var refusal = RefusalReason.NotInFlight;
        if (work is not null && Ledger.TryGetInFlight(worker.Name, out var assignment) && assignment.Ticket == push.Ticket)
        {
            ulong[] topologyIds = _setup.Probe is null ? [] : [.. work.Gradients.TopologyIds];
            var detail = "its loss or counts are no result of a batch";
            refusal = IsOfBatch(push.Result) ? Server.Admit(work.Gradients, push.ModelVersion, out detail) : RefusalReason.Implausible;
            if (refusal == RefusalReason.None)
            {
                _setup.Probe?.OnAccepting(assignment, topologyIds, work.Gradients);
                Accept(worker, push, assignment, work);
                return;
            }
            if (refusal == RefusalReason.NotFinite)
                CountNotFinite($"{worker.Name}, batch {assignment.Batch + 1} of epoch {assignment.Epoch + 1}: {detail}");
            else _log.Info("{0}: gradient refused as {1}: {2}", worker.Name, refusal, detail);
        }
        _refused++;
        if (work is not null) _pool.Return(work);
        if (Phase == RunPhase.Finished) return;
        ReleaseWork(worker.Name);
        Serve(worker, refusal);
    }

    private bool IsOfBatch(BatchResult result) =>
        double.IsFinite(result.MeanLoss) && result.SampleCount > 0 && result.SampleCount <= _job.Training.BatchSize
        && result.CorrectCount >= 0 && result.CorrectCount <= result.SampleCount;

    private void Accept(WorkerEntry worker, PhaseOne.GradientPush push, Assignment assignment, WorkSet work)
    {
        OnResult(worker);
        if (IsSynchronous)
        {
            Ledger.Answer(worker.Name);
            _barrier.Hold(assignment.Shard, work, push.Result);
            Park(worker, RefusalReason.None);
            if (!TryApplyStep()) Serve(worker, RefusalReason.None);
            return;
        }
        Server.Apply(work.Gradients, push.ModelVersion);
        Tally(assignment.Epoch, new TrainingTally().Plus(push.Result));
        _pool.Return(work);
        var closed = Ledger.Complete(worker.Name);
        if (closed > 0) OnEpochsClosed(closed);
        else JudgeSoFar(assignment.Epoch);
        BeginGuided();
        Serve(worker, RefusalReason.None);
    }

    // The step is taken when all its gradients are here, and the evolution that goes with it, if there is one.
    private bool TryApplyStep()
    {
        if (_barrier.Count < Ledger.GradientsInStep(Ledger.CurrentStep) || _guided is { IsPending: true, IsSelected: false }) return false;
        if (_guided is { IsSelected: true }) ApplyGuided();
        ApplyStep();
        return true;
    }

    private void ApplyStep()
    {
        Server.ApplyMean(_barrier.Gradients);
        Tally(Ledger.CurrentEpoch, _barrier.Tally);
        foreach (var work in _barrier.Release()) _pool.Return(work);
        var closed = Ledger.CompleteStep();
        if (closed > 0) OnEpochsClosed(closed);
        else JudgeSoFar(Ledger.CurrentEpoch);
        BeginGuided();
        ServeParked();
    }

    private void OnEpochsClosed(int count)
    {
        _notFiniteInEpoch = 0;
        for (var epoch = Ledger.CurrentEpoch - count; epoch < Ledger.CurrentEpoch; epoch++) OnEpochClosed(epoch, Server.Network);
        AllowEpochs();
        EvolveNext();
        EndPhaseOneIfDone();
    }

    // With one shard, or step by step, training is to be the same as without actors: no batch of the next epoch before the evolution.
    private void AllowEpochs() => Ledger.Allow(_evolvedEpochs + (IsSynchronous || Ledger.ShardCount == 1 ? 1 : 2));

    private bool TrySendBatch(WorkerEntry worker, RefusalReason refusal)
    {
        if (!Ledger.TryAssign(worker.Name, worker.HomeShard, out var assignment, IsSynchronous ? Ledger.CurrentStep : null))
        {
            if (Phase == RunPhase.PhaseOne && Ledger.IsHandedOut) Become(Draining);
            return false;
        }
        var work = _pool.Rent(Server.Network, withVelocities: false);
        if (!IsSynchronous) Server.LookAhead(work.Replica, Ledger.InFlightCount - 1);
        worker.Actor.Tell(new PhaseOne.Parameters(
            RunId, worker.Name, worker.Incarnation, worker.RequestId, Server.ModelVersion, assignment, refusal, worker.KnownTopologyIds,
            new(work)));
        return true;
    }

    private void OnDiverged(WorkPulling.Diverged diverged)
    {
        if (!TryAdmit(diverged, out var worker)) return;
        var isHeld = (Ledger.TryGetInFlight(worker.Name, out var batch) && batch.Ticket == diverged.Ticket)
            || (Round is not null && Round.TryGetInFlight(worker.Name, out var replica) && replica.Ticket == diverged.Ticket)
            || _guided?.IsHeld(worker.Name, diverged.Ticket) == true;
        _refused++;
        ReleaseWork(worker.Name);
        if (isHeld) CountNotFinite($"{worker.Name}: {diverged.Detail}");
        if (Phase != RunPhase.Finished) Serve(worker, isHeld ? RefusalReason.NotFinite : RefusalReason.NotInFlight);
    }

    private void CountNotFinite(string text)
    {
        Report(RunEvent.NotFinite, text);
        if (++_notFiniteInEpoch >= _settings.NotFiniteMax)
            EndDiverged($"training diverged {_notFiniteInEpoch} times in an epoch: {text}");
    }

    private void EndPhaseOneIfDone()
    {
        if (Phase is not (RunPhase.PhaseOne or RunPhase.Draining) || !Ledger.IsFinished || _evolvedEpochs < _plan.PhaseOneEpochs) return;
        if (_guided is { IsPending: true }) return;
        BeginRound();
    }

    private void Tally(int epoch, TrainingTally tally) => _tallies[epoch] = _tallies.GetValueOrDefault(epoch).Plus(tally);
}
