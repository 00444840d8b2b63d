using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// Evolutions by gradients, which go with updates of phase one: workers and topology actor take turns while training goes on.
public sealed partial class CoordinatorActor
{
    private readonly GuidedEvolution? _guided;
    private double _guidedSeconds;

    /// <summary>The accounts of evolutions by gradients; null if the rule evolves after epochs.</summary>
    internal GuidedEvolution? Guided => _guided;

    private void ReceiveGuided()
    {
        Receive<GuidedGrowth.Measured>(OnMeasured);
        Receive<GuidedGrowth.Differentiated>(OnDifferentiated);
    }

    // Begins the next evolution by gradients that is due, after those that are due after epochs.
    private void BeginGuided()
    {
        if (_guided is null || _isEvolving || Phase is not (RunPhase.PhaseOne or RunPhase.Draining)) return;
        // When the last update of phase one is made, what was due before it is still done, if replicas go on from there.
        if (Ledger.IsFinished && (_plan.Rounds == 0 || _round > 0 || Round is not null)) return;
        var last = Ledger.IsFinished ? Server.ModelVersion - 1 : Server.ModelVersion;
        if (_evolvedEpochs < Ledger.CurrentEpoch || !_guided.IsDue(last)) return;
        // The shards take turns, if they have a batch of this number. With one shard it is the batch that is next.
        var shard = (int)((_guided.Update + 1) / _guided.Interval % Ledger.ShardCount);
        var batch = Math.Min(Ledger.CurrentStep, Ledger.BatchesOf(shard) - 1);
        _guided.Begin(_pool.Rent(Server.Network, withVelocities: false), Ledger.CurrentEpoch, shard, batch);
        AskToDraw();
    }

    private void OnGuidedLate()
    {
        if (_guided is { IsWithHelper: true }) RestartGuided();
    }

    private void RestartGuided()
    {
        _guided!.Restart();
        AskToDraw();
        ServeParked();
    }

    private void AskToDraw()
    {
        if (_guided!.Stage != GuidedStage.ToDraw) return;
        SetTimer(new CoordinatorTimer.GuidedLate(), _settings.HelperTimeout);
        _topologyActor.Tell(new GuidedGrowth.Draw(RunId, _guided.EvolutionId, _guided.Update, _guided.TakeSums(), CopyOfSnapshot()));
    }

    private bool TrySendGuided(WorkerEntry worker, RefusalReason refusal)
    {
        if (_guided is not { HasWork: true }) return false;
        _guided.HandOut(worker.Name, Ledger.TakeTicket());
        worker.Actor.Tell(_guided.Stage == GuidedStage.Measuring
            ? new GuidedGrowth.Measure(
                RunId, worker.Name, worker.Incarnation, worker.RequestId, _guided.Update, _guided.Assignment, refusal,
                worker.KnownTopologyIds, CopyOfSnapshot())
            : new GuidedGrowth.Differentiate(
                RunId, worker.Name, worker.Incarnation, worker.RequestId, _guided.Update, _guided.Assignment, refusal,
                worker.KnownTopologyIds, CopyOfSnapshot(), new(_guided.TakeCandidates())));
        return true;
    }

    private void OnMeasured(GuidedGrowth.Measured measured)
    {
        if (!TryAdmit(measured, out var worker)) return;
        if (_guided?.IsHeld(worker.Name, measured.Ticket) == true && !AreOfNetwork(measured.Sums))
        {
            RefuseGuided(worker, RefusalReason.Implausible);
            return;
        }
        if (_guided?.TryMeasured(worker.Name, measured.Ticket, measured.Sums) != true)
        {
            RefuseGuided(worker, RefusalReason.NotInFlight);
            return;
        }
        OnResult(worker);
        AskToDraw();
        Serve(worker, RefusalReason.None);
    }

    private void OnDrawn(GuidedGrowth.Drawn drawn)
    {
        var isTaken = drawn.Candidates.TryTake(out var candidates);
        if (drawn.RunId != RunId || !isTaken || _guided?.TryDrawn(drawn.EvolutionId, candidates!) != true)
        {
            _log.Info("candidates of evolution {0} refused as {1}", drawn.EvolutionId, RefusalReason.NotInFlight);
            candidates?.Dispose();
            return;
        }
        _guided.Seconds += drawn.Seconds;
        _helperFailures = 0;
        ServeParked();
    }

    private void OnDifferentiated(GuidedGrowth.Differentiated differentiated)
    {
        if (!TryAdmit(differentiated, out var worker)) return;
        var isTaken = differentiated.Candidates.TryTake(out var candidates);
        if (isTaken && _guided?.IsHeld(worker.Name, differentiated.Ticket) == true && !candidates!.Fit(_guided.Snapshot!.Replica))
        {
            candidates.Dispose();
            RefuseGuided(worker, RefusalReason.Implausible);
            return;
        }
        if (!isTaken || _guided?.TryDifferentiated(worker.Name, differentiated.Ticket) != true)
        {
            candidates?.Dispose();
            RefuseGuided(worker, RefusalReason.NotInFlight);
            return;
        }
        OnResult(worker);
        SetTimer(new CoordinatorTimer.GuidedLate(), _settings.HelperTimeout);
        _topologyActor.Tell(new GuidedGrowth.Select(RunId, _guided.EvolutionId, _guided.Update, CopyOfSnapshot(), new(candidates!)));
        Serve(worker, RefusalReason.None);
    }

    private void OnSelected(GuidedGrowth.Selected selected)
    {
        var isTaken = selected.Changes.TryTake(out var changes);
        if (selected.RunId != RunId || !isTaken || _guided?.TrySelected(selected.EvolutionId, changes!) != true)
        {
            _log.Info("changes of evolution {0} refused as {1}", selected.EvolutionId, RefusalReason.NotInFlight);
            changes?.Dispose();
            return;
        }
        _guided.Seconds += selected.Seconds;
        _helperFailures = 0;
        if (IsSynchronous)
        {
            TryApplyStep();
            return;
        }
        ApplyGuided();
        EvolveNext();
        ServeParked();
        EndPhaseOneIfDone();
    }

    // Step by step the changes wait for the gradients of their step, which are then carried over to the new topology: what a lost worker
    // has to compute again is computed on the parameters of before.
    private void ApplyGuided()
    {
        var (update, seconds) = (_guided!.Update, _guided.Seconds);
        var (changes, snapshot) = _guided.Complete();
        _pool.Return(snapshot);
        _setup.Probe?.OnEvolving(changes);
        _setup.Probe?.OnGuided(update);
        Server.Evolve(changes);
        Server.CarryOver(_barrier.Gradients);
        AddEvolution(Ledger.CurrentEpoch, changes.Summary);
        _guidedSeconds += seconds;
        _log.Debug("with update {0}: {1} connections pruned, {2} grown", update, changes.Summary.PrunedCount, changes.Summary.GrownCount);
    }

    private bool AreOfNetwork(IReadOnlyList<NeuronSums?> sums)
    {
        var sizes = _job.Spec.LayerSizes;
        if (sums.Count != _job.Spec.LayerCount) return false;
        for (var layer = 0; layer < sums.Count; layer++)
            if (sums[layer]?.Inputs.Length != sizes[layer] || sums[layer]?.Outputs.Length != sizes[layer + 1]) return false;
        return true;
    }

    private void RefuseGuided(WorkerEntry worker, RefusalReason reason)
    {
        _log.Info("{0}: a part of an evolution refused as {1}", worker.Name, reason);
        _refused++;
        ReleaseWork(worker.Name);
        Serve(worker, reason);
    }

    private Lease<WorkSet> CopyOfSnapshot() => new(_pool.Rent(_guided!.Snapshot!.Replica, withVelocities: false));
}
