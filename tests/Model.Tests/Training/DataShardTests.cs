using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Training;

public class DataShardTests
{
    [Fact]
    public void Shards_share_out_all_samples_and_all_whole_batches() =>
        (from samples in Gen.Int[1, 500]
         from batchSize in Gen.Int[1, 60]
         from workers in Gen.Int[1, 7]
         from seed in Property.Seed
         select (samples, batchSize, workers, seed)).ForAll(200, (samples, batchSize, workers, seed) =>
        {
            var total = DataShard.TotalBatches(samples, batchSize);
            Assert.Equal(Math.Max(1, samples / batchSize), total);
            var count = Math.Min(total, workers);
            var shards = Enumerable.Range(0, count)
                .Select(index => new DataShard(samples, batchSize, new RandomSource(seed), index, count)).ToList();

            Assert.Equal(total, shards.Sum(shard => shard.BatchCount));
            Assert.Equal(samples, shards.Sum(shard => shard.SampleCount));
            Assert.InRange(shards.Max(shard => shard.BatchCount) - shards.Min(shard => shard.BatchCount), 0, 1);
            var seen = new HashSet<int>();
            foreach (var shard in shards)
                for (var batch = 0; batch < shard.BatchCount; batch++)
                    foreach (var sample in shard.Batch(3, batch))
                    {
                        Assert.InRange(sample, 0, samples - 1);
                        Assert.True(seen.Add(sample), "a sample came twice in an epoch");
                    }
            Assert.Equal(total * Math.Min(batchSize, samples), seen.Count);
        });

    [Fact]
    public void Every_sample_takes_part_sooner_or_later()
    {
        var shard = new DataShard(23, 10, new RandomSource(1));
        var seen = new HashSet<int>();
        for (var epoch = 0; epoch < 60; epoch++)
            for (var batch = 0; batch < shard.BatchCount; batch++) seen.UnionWith(shard.Batch(epoch, batch).ToArray());
        Assert.Equal(23, seen.Count);
    }

    [Fact]
    public void The_order_of_an_epoch_does_not_depend_on_what_was_read_before()
    {
        var walked = new DataShard(100, 10, new RandomSource(1), 1, 2);
        for (var epoch = 0; epoch < 5; epoch++) _ = walked.Batch(epoch, 0);
        var fresh = new DataShard(100, 10, new RandomSource(1), 1, 2);
        Assert.Equal(fresh.Batch(5, 3).ToArray(), walked.Batch(5, 3).ToArray());
        Assert.NotEqual(fresh.Batch(6, 3).ToArray(), walked.Batch(5, 3).ToArray());
    }

    [Fact]
    public void More_workers_than_batches_are_refused() =>
        Assert.Contains("3 workers", Assert.Throws<InvalidInputException>(
            () => new DataShard(25, 10, new RandomSource(1), 0, 3)).Message, StringComparison.Ordinal);
}
