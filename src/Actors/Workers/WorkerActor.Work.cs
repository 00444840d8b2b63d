using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using Akka.Actor;

namespace ActorSparse.Actors;

// What a worker computes.
internal sealed partial class WorkerActor
{
    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    private void OnWork(IWorkAnswer answer)
    {
        if (!TryTake(answer, out var work)) return;
        _local?.Answer(Now);
        Begin(answer, work);
    }

    // With local steps the next order comes while the last one is worked on.
    private void OnNextWork(IWorkAnswer answer)
    {
        if (!TryTake(answer, out var work)) return;
        _local!.Answer(Now);
        DropNext();
        _next = (answer, work);
    }

    private void DropNext()
    {
        _next?.Work.Dispose();
        _next = null;
    }

    private void Begin(IWorkAnswer order, WorkSet work)
    {
        _work?.Dispose();
        _work = work;
        _known.Update(work.Replica.Parameters.Sparse);
        switch (order)
        {
            case PhaseOne.Parameters { LocalSteps: not null } parameters:
                _local ??= new(Job, _gradients!);
                _local.Begin(new(parameters.Assignment, parameters.Evolves, work, parameters.LocalSteps), parameters.ModelVersion);
                Continue(TrainingLocally, parameters.Assignment.Ticket);
                break;
            case PhaseOne.Parameters parameters:
                ComputeGradient(parameters);
                break;
            case PhaseTwo.TrainReplica replica:
                _replica = (replica, new(replica.Assignment, replica.RateScale, Job, _gradients!, work), Now);
                Continue(TrainingReplica, replica.Assignment.Ticket);
                break;
        }
    }

    private void Continue(Action behaviour, long ticket)
    {
        Become(behaviour);
        Self.Tell(new ContinueTraining(ticket));
    }

    private void ComputeGradient(PhaseOne.Parameters order)
    {
        var (work, assignment) = (_work!, order.Assignment);
        try
        {
            var result = _gradients!.Gradient(work.Replica, assignment.Shard, assignment.Epoch, assignment.Batch, work.Gradients);
            var started = Job.Clock.GetTimestamp();
            // The replica keeps its topologies: the coordinator applies the changes.
            var evolution = order.Evolves ? _gradients.Evolve(work.Replica, order.ModelVersion) : null;
            var seconds = evolution is null ? 0 : Job.Clock.GetElapsedTime(started).TotalSeconds;
            Push(new(assignment.Ticket, order.ModelVersion, new TrainingTally().Plus(result), work, evolution, seconds), ++_requestId);
        }
        catch (TrainingDivergedException diverged)
        {
            SendDiverged(assignment.Ticket, diverged.Message);
        }
    }

    private void Push(in BatchAnswer answer, long requestId) => _setup.Coordinator.Tell(new PhaseOne.GradientPush(
        _runId, _setup.Name, _setup.Incarnation, requestId, answer.Ticket, answer.ModelVersion, answer.Tally, _known.Ids,
        TakeWork()!, answer.Evolution is { } evolution ? new(evolution) : null, answer.EvolveSeconds, answer.Seconds));

    private void OnContinueLocally(ContinueTraining next)
    {
        if (next.Ticket != _local!.Order.Assignment.Ticket) return;
        try
        {
            var began = Now;
            _local.Step();
            _local.Spend(Now - began);
        }
        catch (TrainingDivergedException diverged)
        {
            DropNext();
            Become(Waiting);
            SendDiverged(next.Ticket, diverged.Message);
            return;
        }
        if (_local.IsTimeToAsk)
        {
            Ask(next.Ticket);
            _local.Ask(Now);
        }
        if (!_local.IsFinished)
        {
            Self.Tell(next);
            return;
        }
        Push(_local.Finish(), _requestId);
        if (_next is { } following)
        {
            _next = null;
            Begin(following.Order, following.Work);
        }
        else
        {
            Become(Waiting);
        }
    }

    private void OnContinueReplica(ContinueTraining next)
    {
        var (order, replica, toldAt) = _replica!.Value;
        if (next.Ticket != replica.Assignment.Ticket) return;
        try
        {
            replica.TrainBatch();
        }
        catch (TrainingDivergedException diverged)
        {
            Become(Waiting);
            SendDiverged(next.Ticket, diverged.Message);
            return;
        }
        if (replica.IsFinished || Now - toldAt >= _setup.Settings.SignOfLifeInterval)
        {
            _setup.Coordinator.Tell(
                new PhaseTwo.StillTraining(_runId, _setup.Name, _setup.Incarnation, next.Ticket, replica.TakeUnreported()));
            _replica = (order, replica, Now);
        }
        if (!replica.IsFinished)
        {
            Self.Tell(next);
            return;
        }
        _known.Update(_work!.Replica.Parameters.Sparse);
        Become(Waiting);
        _setup.Coordinator.Tell(new PhaseTwo.ReplicaTrained(
            _runId, _setup.Name, _setup.Incarnation, ++_requestId, next.Ticket, order.ModelVersion, order.Round, replica.Tally,
            replica.LearningRate, replica.Evolution, _known.Ids, TakeWork()!));
    }

    private void SendDiverged(long ticket, string detail) => _setup.Coordinator.Tell(new WorkPulling.Diverged(
        _runId, _setup.Name, _setup.Incarnation, ++_requestId, ticket, detail, _known.Ids, TakeWork()!));
}
