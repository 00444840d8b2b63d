using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Recovery;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class HandlerTests() : ProtocolTest
{
    // Sent to the kind of actor that its interface names; whatever is handled nowhere shows up on the event stream.
    [Fact]
    public void Every_message_has_a_handler()
    {
        var unhandled = CreateTestProbe("unhandled");
        Sys.EventStream.Subscribe(unhandled, typeof(UnhandledMessage));
        var job = Job();
        job = job with { Training = job.Training with { Rule = TestJob.Guided("gse-graest") } };
        var result = new TaskCompletionSource<RunResult>();
        var sink = new RecordingSink();
        using var samples = new RecoveryData(1, 1);
        foreach (var message in MessageSamples.All(job.RunId))
        {
            var receiver = message switch
            {
                RecoverySums.Computed => Sys.ActorOf(RecoveryCoordinatorActor.Props(new() { RunId = job.RunId, Shares = 1, Settings = Settings })),
                RecoverySums.Compute => Sys.ActorOf(RecoveryWorkerActor.Props(new(
                    "another worker", 3, CreateTestProbe(), SampleStore.Of(samples), Settings.AnswerTimeout))),
                IToCoordinator => Coordinator(job),
                IToWorker => Sys.ActorOf(WorkerActor.Props(
                    new() { Name = MessageSamples.Worker, Incarnation = 3, Coordinator = CreateTestProbe(), Job = job, Settings = Settings })),
                TopologyEvolution.Evolve or TopologyEvolution.Standing => Sys.ActorOf(TopologyActor.Props(job)),
                Progress.Evaluate or PhaseTwo.MeasureLoss => Sys.ActorOf(EvaluatorActor.Props(job)),
                Checkpoints.Write or Checkpoints.ReadLast => Sys.ActorOf(CheckpointActor.Props(sink)),
                IToListener => Sys.ActorOf(ListenerWith(job, result)),
                _ => throw new InvalidOperationException($"nobody is named to receive {message.GetType()}"),
            };
            receiver.Tell(message, TestActor);
            Watch(receiver);
            receiver.Tell(PoisonPill.Instance);
            FishForMessage<Terminated>(terminated => terminated.ActorRef.Equals(receiver));
        }
        unhandled.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    private Props ListenerWith(TrainingJob job, TaskCompletionSource<RunResult> result)
    {
        Func<IActorRef, CoordinatorSetup> setup = _ => new()
        {
            Job = job,
            Settings = Settings,
            State = TestJob.Begin(job),
            Listener = Listener,
            TopologyProps = Forwarder.Props(Topology),
        };
        return RunActor.Props(new TrainingOrder(setup, job.RunId, new RecordingListener(), result));
    }
}
