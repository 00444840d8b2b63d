using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class MembershipTests() : ProtocolTest
{
    [Fact]
    public void A_run_begins_when_it_is_started_and_a_worker_has_joined()
    {
        var job = Job();
        var coordinator = Coordinator(job);
        var worker = Worker(coordinator, job, "a");
        Assert.Equal(0, worker.Join().HomeShard);
        worker.Ask();
        coordinator.Tell(new Progress.Start(job.RunId));
        Assert.Equal(0, worker.Parameters().ModelVersion);
        Assert.Contains("phase one", ExpectEvent(RunEvent.PhaseBegan), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_worker_gets_a_home_shard_of_its_own_and_a_repeated_join_the_same_answer()
    {
        var job = Job(workers: 2);
        var coordinator = Coordinator(job);
        PlayedWorker a = Worker(coordinator, job, "a"), b = Worker(coordinator, job, "b"), c = Worker(coordinator, job, "c");
        Assert.Equal(0, a.Join().HomeShard);
        Assert.Equal(1, b.Join().HomeShard);
        Assert.Equal(0, c.Join().HomeShard);
        Assert.Equal(1, b.Join().HomeShard);
    }

    [Fact]
    public void A_worker_configured_otherwise_is_refused()
    {
        var job = Job();
        var worker = Worker(Coordinator(job), job with { ConfigurationHash = 1 }, "a");
        worker.Tell(new Membership.Join(0, "a", 1, 1));
        Assert.Equal(RefusalReason.OtherConfiguration, worker.Probe.ExpectMsg<Membership.Refused>().Reason);
    }

    [Fact]
    public void Requests_of_another_run_or_of_a_stranger_or_of_an_old_life_are_refused_by_name()
    {
        var job = Job();
        var coordinator = Coordinator(job);
        var worker = Worker(coordinator, job, "a", incarnation: 2);
        worker.Ask();
        Assert.Equal(RefusalReason.UnknownWorker, worker.Probe.ExpectMsg<Membership.Refused>().Reason);
        worker.Join();
        worker.Tell(new WorkPulling.Request(job.RunId + 1, "a", 2, 5, [], null));
        Assert.Equal(RefusalReason.OtherRun, worker.Probe.ExpectMsg<Membership.Refused>().Reason);
        worker.Tell(new WorkPulling.Request(job.RunId, "a", 1, 6, [], null));
        Assert.Equal(RefusalReason.OldIncarnation, worker.Probe.ExpectMsg<Membership.Refused>().Reason);
        worker.Tell(new Membership.Join(0, "a", 1, job.ConfigurationHash));
        Assert.Equal(RefusalReason.OldIncarnation, worker.Probe.ExpectMsg<Membership.Refused>().Reason);
    }

    [Fact]
    public void A_later_life_takes_the_place_of_an_earlier_one_and_gets_its_batch()
    {
        var job = Job(workers: 1);
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        var first = Worker(coordinator, job, "a");
        var lost = first.JoinAndAsk();
        var second = Worker(coordinator, job, "a", incarnation: 2);
        var again = second.JoinAndAsk();
        Assert.Equal((lost.Assignment.Epoch, lost.Assignment.Batch), (again.Assignment.Epoch, again.Assignment.Batch));
        Assert.NotEqual(lost.Assignment.Ticket, again.Assignment.Ticket);
        first.Push(lost);
        Assert.Equal(RefusalReason.OldIncarnation, first.Probe.ExpectMsg<Membership.Refused>().Reason);
    }

    [Fact]
    public void Of_two_workers_of_one_name_the_second_is_refused_and_the_first_stays()
    {
        var job = Job();
        var coordinator = Coordinator(job);
        var first = Worker(coordinator, job, "a");
        first.Join();
        var second = Worker(coordinator, job, "a");
        second.Tell(new Membership.Join(0, "a", 1, job.ConfigurationHash));
        Assert.Equal(RefusalReason.NameTaken, second.Probe.ExpectMsg<Membership.Refused>().Reason);
        Assert.Equal(0, first.Join().HomeShard);
    }

    [Fact]
    public void The_batch_of_a_worker_that_leaves_or_dies_goes_to_another()
    {
        var job = Job(workers: 1);
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        PlayedWorker a = Worker(coordinator, job, "a"), b = Worker(coordinator, job, "b"), c = Worker(coordinator, job, "c");
        var ofA = a.JoinAndAsk().Assignment;
        var ofB = b.JoinAndAsk().Assignment;
        a.Leave();
        ExpectEvent(RunEvent.WorkerLost);
        Sys.Stop(b.Probe);
        ExpectEvent(RunEvent.WorkerLost);
        var first = c.JoinAndAsk();
        Assert.Equal(ofA.Batch, first.Assignment.Batch);
        c.Push(first);
        Assert.Equal(ofB.Batch, c.Parameters().Assignment.Batch);
    }
}
