using ActorSparse.Actors.Messages;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>Starts a coordinator and passes its reports on to a listener, until the run is over.</summary>
internal sealed class ListenerActor : ReceiveActor
{
    private readonly Func<IActorRef, CoordinatorSetup> _setup;
    private readonly ITrainingListener _listener;
    private readonly TaskCompletionSource<RunResult> _result;
    private readonly ulong _runId;
    private IActorRef _coordinator = ActorRefs.Nobody;
    private Exception? _failure;

    public ListenerActor(
        Func<IActorRef, CoordinatorSetup> setup, ulong runId, ITrainingListener listener, TaskCompletionSource<RunResult> result)
    {
        _setup = setup;
        _runId = runId;
        _listener = listener;
        _result = result;
        Receive<Progress.EpochFinished>(finished => _listener.OnEpoch(finished.Summary));
        Receive<Progress.Running>(running => _listener.OnStatus(running.Status));
        Receive<Progress.Happened>(happened => _listener.OnEvent(happened.Kind, happened.Text));
        Receive<Progress.Finished>(OnFinished);
        Receive<Progress.Stop>(stop => _coordinator.Tell(stop));
        Receive<Terminated>(_ => End(null));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        _result.TrySetException(exception);
        return Directive.Stop;
    });

    // What fails here is the listener, and that ends the run: a second life would begin it anew, on a network that is gone.
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception exception)
        {
            _failure ??= exception;
            Context.Stop(_coordinator);
            return true;
        }
    }

    protected override void PreStart()
    {
        _coordinator = Context.Watch(Context.ActorOf(CoordinatorActor.Props(_setup(Self)), "coordinator"));
        _coordinator.Tell(new Progress.Start(_runId));
    }

    private void OnFinished(Progress.Finished finished)
    {
        if (!finished.Network.TryTake(out var work)) return;
        _listener.OnStatus(finished.Status);
        End(new(finished.Outcome, finished.Error, finished.Status, work.Replica));
    }

    // The result is handed out when everything below has stopped, so that nobody uses the data any more.
    private RunResult? _ended;

    private void End(RunResult? result)
    {
        if (result is not null)
        {
            _ended = result;
            Context.Stop(_coordinator);
            return;
        }
        if (_ended is not null) _result.TrySetResult(_ended);
        else _result.TrySetException(_failure ?? new InvalidOperationException("the coordinator stopped before the run was over"));
        Context.Stop(Self);
    }
}
