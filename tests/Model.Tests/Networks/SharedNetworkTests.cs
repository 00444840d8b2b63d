using ActorSparse.Model.Networks;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Networks;

public class SharedNetworkTests
{
    [Fact]
    public void It_is_freed_with_its_last_holder()
    {
        var network = TestJob.Filled(1);
        var shared = new SharedNetwork(network);
        Assert.Same(shared, shared.Retain());
        shared.Dispose();
        Assert.Same(network, shared.Network);
        Assert.Equal(network.Parameters.Sparse[0].Values.Length, shared.Network.Parameters.Sparse[0].Values.Span.Length);
        shared.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.Parameters.Sparse[0].Values.Span.Length);
    }

    [Fact]
    public void One_that_nobody_holds_any_more_stays_gone_however_often_it_is_asked_for()
    {
        var shared = new SharedNetwork(TestJob.Filled(1));
        shared.Dispose();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Throws<ObjectDisposedException>(shared.Retain);
            Assert.Throws<ObjectDisposedException>(() => shared.Network);
        }
    }

    [Fact]
    public void Holders_may_come_and_go_on_all_threads()
    {
        var network = TestJob.Filled(1);
        var shared = new SharedNetwork(network);
        Parallel.For(0, 1000, _ =>
        {
            using var held = shared.Retain();
            Assert.True(held.Network.Parameters.Sparse[0].Values.Span.Length > 0);
        });
        shared.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.Parameters.Sparse[0].Values.Span.Length);
    }
}
