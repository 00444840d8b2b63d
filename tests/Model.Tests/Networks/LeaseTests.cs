using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Networks;

public class LeaseTests
{
    [Fact]
    public void Only_the_first_taker_owns_it()
    {
        using var buffer = new NativeBuffer<float>(1);
        var lease = new Lease<NativeBuffer<float>>(buffer);
        Assert.True(lease.TryTake(out var taken));
        Assert.Same(buffer, taken);
        Assert.False(lease.TryTake(out _));
    }
}
