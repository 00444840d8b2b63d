using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors;

// Topology evolution after epochs, and the helpers that compute, measure and write.
public sealed partial class CoordinatorActor
{
    private IActorRef _topologyActor = ActorRefs.Nobody;
    private IActorRef _evaluator = ActorRefs.Nobody;
    private IActorRef _checkpointWriter = ActorRefs.Nobody;
    private int _helperFailures;
    private int _evolvedEpochs;
    private long _evolutionId;
    private bool _isEvolving;

    /// <summary>Number of epochs whose evolution has been applied.</summary>
    internal int EvolvedEpochs => _evolvedEpochs;

    private void StartHelpers()
    {
        _topologyActor = StartHelper(_setup.TopologyProps, "topology");
        if (_setup.EvaluatorProps is { } evaluator) _evaluator = StartHelper(evaluator, "evaluator");
        if (_setup.CheckpointProps is { } checkpoints) _checkpointWriter = StartHelper(checkpoints, "checkpoints");
    }

    private IActorRef StartHelper(Props props, string name) => Context.Watch(Context.ActorOf(props, $"{name}-{_helperFailures}"));

    // What it was asked and did not answer is asked again.
    private bool TryRestartHelper(IActorRef dead)
    {
        if (!dead.Equals(_topologyActor) && !dead.Equals(_evaluator) && !dead.Equals(_checkpointWriter)) return false;
        if (Phase == RunPhase.Finished && !IsWaitingFor(dead)) return true;
        if (++_helperFailures > _settings.HelperRestartsMax)
        {
            GiveUpHelper(dead);
            return true;
        }
        Report(RunEvent.HelperRestarted, $"{dead.Path.Name} died and is started anew");
        if (dead.Equals(_topologyActor))
        {
            _topologyActor = StartHelper(_setup.TopologyProps, "topology");
            _isEvolving = false;
            if (_guided is { IsWithHelper: true }) RestartGuided();
            EvolveNext();
        }
        else if (dead.Equals(_evaluator))
        {
            _evaluator = StartHelper(_setup.EvaluatorProps!, "evaluator");
            RepeatEvaluations();
            MeasureNext();
        }
        else
        {
            _checkpointWriter = StartHelper(_setup.CheckpointProps!, "checkpoints");
            OnCheckpointLost("the checkpoint writer died", mayRepeat: true);
        }
        return true;
    }

    private void GiveUpHelper(IActorRef dead)
    {
        if (dead.Equals(_evaluator))
        {
            TakeUnmeasuredAverage();
            AbandonEvaluations();
        }
        if (dead.Equals(_checkpointWriter)) OnCheckpointLost("the checkpoint writer died", mayRepeat: false);
        if (Phase != RunPhase.Finished) Finish(RunOutcome.Failed, $"{dead.Path.Name} died {_helperFailures} times");
    }

    // The changes due after the next epoch that is over and has not evolved yet; one evolution at a time, of either kind.
    private void EvolveNext()
    {
        // One that no update will follow is not waited for.
        if (Ledger.IsFinished && _plan.Rounds == 0) _guided?.Abandon();
        if (_guided is { IsPending: true }) return;
        while (!_isEvolving && _evolvedEpochs < EpochsToEvolve)
        {
            if (!EvolvesAfter(_evolvedEpochs))
            {
                _evolvedEpochs++;
                AllowEpochs();
                continue;
            }
            _isEvolving = true;
            var snapshot = _pool.Rent(Server.Network, withVelocities: false);
            _topologyActor.Tell(new TopologyEvolution.Evolve(RunId, ++_evolutionId, _evolvedEpochs, Server.ModelVersion, new(snapshot)));
            SetTimer(new CoordinatorTimer.EvolutionLate(_evolutionId), _settings.HelperTimeout);
        }
        BeginGuided();
    }

    // In phase two networks evolve with the coordinator between rounds only.
    private int EpochsToEvolve => Phase switch
    {
        RunPhase.PhaseOne or RunPhase.Draining => Ledger.CurrentEpoch,
        RunPhase.Averaging => _plan.FirstEpoch(_round),
        _ => 0,
    };

    private void OnEvolutionLate(CoordinatorTimer.EvolutionLate late)
    {
        if (!_isEvolving || late.EvolutionId != _evolutionId) return;
        _isEvolving = false;
        EvolveNext();
    }

    private bool EvolvesAfter(int epoch) => _plan.EvolvesAfter(epoch) && EpochEvolution.IsDue(_job.Training, epoch);

    private void AddEvolution(int epoch, EvolutionSummary summary) =>
        _evolutions[epoch] = _evolutions.GetValueOrDefault(epoch) + summary;

    private void OnEvolved(TopologyEvolution.Evolved evolved)
    {
        var isTaken = evolved.Changes.TryTake(out var evolution);
        if (evolved.RunId != RunId || !_isEvolving || evolved.EvolutionId != _evolutionId || !isTaken)
        {
            _log.Info("evolution {0} refused as {1}", evolved.EvolutionId, RefusalReason.NotInFlight);
            evolution?.Dispose();
            return;
        }
        _setup.Probe?.OnEvolving(evolution!);
        Server.Evolve(evolution!);
        _isEvolving = false;
        _helperFailures = 0;
        var (pruned, grown, missing) = evolution!.Summary;
        Report(RunEvent.Evolved, $"after epoch {evolved.Epoch + 1}: {pruned} connections pruned, {grown} grown, {missing} without a place");
        if (_journal.FirstOrDefault(record => record.Epoch == evolved.Epoch) is { } record)
        {
            record.AwaitsEvolution = false;
            record.Evolution += evolution.Summary;
            record.EvolveSeconds += evolved.Seconds;
            record.Status = record.Status with { Connections = ConnectionCounts() };
            record.LivingNeurons = Server.Network.LivingNeuronCounts();
        }
        _evolvedEpochs++;
        if (_isStopping)
        {
            StopRun();
            return;
        }
        AllowEpochs();
        EvolveNext();
        FlushJournal();
        ServeParked();
        EndPhaseOneIfDone();
        if (Phase == RunPhase.Averaging) BeginRound();
    }
}
