using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class RunStateTests
{
    [Fact]
    public void One_that_owns_its_networks_is_taken_over_as_it_is()
    {
        using var state = TestJob.Begin(TestJob.Create());
        Assert.Same(state, state.TakeOver());
    }

    [Fact]
    public void One_whose_networks_others_hold_is_copied_and_lets_go_of_them()
    {
        SharedNetwork network = new(TestJob.Filled(1)), replica = new(TestJob.Filled(2));
        var state = TestJob.Begin(TestJob.Create(workers: 2)) with
        {
            Network = network.Network, Replicas = [null, replica.Network], Shared = [network.Retain(), replica.Retain()],
        };
        using var own = state.TakeOver();
        Assert.Null(own.Shared);
        Assert.NotSame(state.Network, own.Network);
        TestData.AssertSameParameters(network.Network, own.Network);
        Assert.Null(own.Replicas[0]);
        Assert.NotSame(replica.Network, own.Replicas[1]);
        TestData.AssertSameParameters(replica.Network, own.Replicas[1]!);
        // The state was one of two holders.
        network.Dispose();
        replica.Dispose();
        Assert.Throws<ObjectDisposedException>(() => state.Network.Parameters.Sparse[0].Values.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => state.Replicas[1]!.Parameters.Sparse[0].Values.Span.Length);
        Assert.NotEqual(0, own.Network.Parameters.Sparse[0].Values.Span.Length);
    }

    [Fact]
    public void Disposing_of_one_frees_what_it_owns_and_what_it_shares_with_the_last_holder()
    {
        var owner = TestJob.Begin(TestJob.Create(workers: 2)) with { Replicas = [TestJob.Filled(2), null] };
        owner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owner.Network.Parameters.Sparse[0].Values.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => owner.Replicas[0]!.Parameters.Sparse[0].Values.Span.Length);
        using var network = new SharedNetwork(TestJob.Filled(1));
        (owner with { Network = network.Network, Replicas = [], Shared = [network.Retain()] }).Dispose();
        Assert.NotEqual(0, network.Network.Parameters.Sparse[0].Values.Span.Length);
    }
}
