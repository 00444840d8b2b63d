using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorSparse.Actors.Tests.Cluster;

/// <summary>A coordinator's end of a link between two probes; time is the test's.</summary>
public sealed class CoordinatorLinkTests() : GateTest(s_hocon)
{
    private static readonly Config s_hocon = ConfigurationFactory.ParseString("""
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        """).WithFallback(Hocon);

    // A replica of a large network takes longer than a worker may be silent.
    [Fact]
    public void What_is_on_its_way_is_a_sign_of_life()
    {
        var (coordinator, end) = (CreateTestProbe(), CreateTestProbe());
        var (format, traffic) = (LinkFormat.Of(TestJob.Create(), LinkSettings.From(Sys.Settings.Config)), NodeWire.Of(Sys).Traffic);
        var (worker, target) = (end.Ref, coordinator.Ref);
        var link = Sys.ActorOf(Props.Create(() => new CoordinatorLink(worker, "a", target, RunId, format, traffic)));
        using var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        var join = new Membership.Join(0, "a", 7, 1);
        var bytes = serializer.ToBinary(join);
        link.Tell(new Nodes.Chunk(new(1, 0, bytes.Length, serializer.Manifest(join), bytes)), end);
        Assert.Equal(join, coordinator.ExpectMsg<Membership.Join>());

        // Nothing is under way: it says nothing, and what comes next is what comes of the answer, which is not confirmed.
        Advance();
        link.Tell(new Membership.Joined(RunId, "a", 7, 0));
        end.FishForMessage(message => message is Nodes.Chunk);
        Advance();
        Assert.Equal(new(RunId, "a", 7), coordinator.ExpectMsg<Membership.Transferring>());
        coordinator.ExpectNoMsg(TimeSpan.Zero);

        // By then it has been given up.
        Advance();
        link.Tell(new Nodes.Chunk(new(2, 0, bytes.Length, serializer.Manifest(join), bytes)), end);
        coordinator.ExpectMsg<Membership.Join>();

        void Advance() => ((TestScheduler)Sys.Scheduler).Advance(format.Settings.LossTimeout);
    }
}
