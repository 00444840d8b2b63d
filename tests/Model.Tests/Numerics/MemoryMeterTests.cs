using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Numerics;

public class MemoryMeterTests
{
    [Fact]
    public void The_peak_is_the_most_that_was_in_use_at_once()
    {
        using var before = new NativeBuffer<float>(1_000);
        using var meter = MemoryMeter.Start();
        Assert.Equal(0, meter.PeakBytes);
        var first = new NativeBuffer<float>(100);
        using (new NativeBuffer<byte>(50)) Assert.Equal(450, meter.PeakBytes);
        first.Dispose();
        first.Dispose();
        before.Dispose();
        using var second = new NativeBuffer<long>(40);
        Assert.Equal(450, meter.PeakBytes);
        using var third = new NativeBuffer<long>(20);
        Assert.Equal(480, meter.PeakBytes);
    }

    [Fact]
    public void Threads_that_it_started_count_and_others_do_not()
    {
        var outside = new Thread(() => Assert.Null(MemoryMeter.Current));
        outside.Start();
        using (var meter = MemoryMeter.Start())
        {
            Parallel.For(0, 8, _ => new NativeBuffer<byte>(10).Dispose());
            var inside = new Thread(() => new NativeBuffer<byte>(1_000).Dispose());
            inside.Start();
            inside.Join();
            Assert.InRange(meter.PeakBytes, 1_000, 1_080);
            using var inner = MemoryMeter.Start();
            new NativeBuffer<byte>(5_000).Dispose();
            Assert.Equal(5_000, inner.PeakBytes);
            Assert.InRange(meter.PeakBytes, 1_000, 1_080);
        }
        outside.Join();
        Assert.Null(MemoryMeter.Current);
    }
}
