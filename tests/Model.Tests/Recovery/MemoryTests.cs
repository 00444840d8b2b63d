using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public class MemoryTests
{
    // With m d from 1e6 to 1e8 and s as it is: what this thread allocates in all, not only at one time, is far below a number for each.
    [Fact]
    public void Memory_goes_with_the_budget_and_not_with_all_weights()
    {
        const int Features = 10_000, Budget = 20;
        using var data = PlantedNetwork.Draw(Features, 10, 10, 1).Sample(16, 1);
        long Taken(int neurons)
        {
            using var sums = new SampleSums(data);
            var steps = new ScalarIht(new() { Neurons = neurons, Budget = Budget, Steps = 3, InnerSteps = 2 }, data.Chunks, Features);
            var before = GC.GetAllocatedBytesForCurrentThread();
            steps.Run(sums);
            return GC.GetAllocatedBytesForCurrentThread() - before + sums.Bytes;
        }
        Taken(100); // what is made once
        var (few, many) = (Taken(100), Taken(10_000));
        Assert.True(many - few < 10_000L * Features / 2, $"{few:N0} and {many:N0} bytes");
    }
}
