using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public sealed class SampleStoreTests : IDisposable
{
    private readonly List<RecoveryData> _made = [];
    private readonly SampleStore _store;

    public SampleStoreTests() => _store = new(source =>
    {
        _made.Add(Sample(source.Seed));
        return _made[^1];
    }, hasBias: false);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Workers_share_samples_and_the_last_one_frees_them()
    {
        var (first, second) = (Source(1), Source(2));
        var data = _store.Take(first);
        Assert.Same(data, _store.Take(first with { Layers = [] }));
        var other = _store.Take(second);
        Assert.NotSame(data, other);
        Assert.Equal(2, _made.Count);
        // Still used.
        Assert.Equal(first.ContentHash, data.ContentHash());
        _store.Return(data);
        Assert.Equal(first.ContentHash, data.ContentHash());
        _store.Return(data);
        _store.Return(other);
        // The present ones are kept for whoever comes next.
        Assert.Same(other, _store.Take(second));
        _store.Return(other);
    }

    [Fact]
    public void Layers_that_were_found_make_the_samples_of_the_next()
    {
        using var data = Sample(1);
        var layer = new SparseVector(4, [1, 2, 9], [0.5, -1, 2]);
        using var next = GreedyRecovery.Activations(data, layer, hasBias: false);
        var taken = _store.Take(new(3, 5, 1, [layer], next.ContentHash()));
        Assert.Equal(2, taken.FeatureCount);
        Assert.Equal(next.ContentHash(), taken.ContentHash());
        _store.Return(taken);
        Assert.Throws<ArgumentException>(() => _store.Take(new(3, 5, 1, [layer, layer], 0)));
    }

    [Fact]
    public void Samples_that_are_others_than_the_coordinators_are_refused()
    {
        var error = Assert.Throws<InvalidInputException>(() => _store.Take(Source(1) with { Seed = 2 }));
        Assert.Contains("not the coordinator's", error.Message, StringComparison.Ordinal);
        var taken = _store.Take(Source(2));
        _store.Return(taken);
    }

    [Fact]
    public void Borrowed_samples_stay_their_owners()
    {
        using var data = Sample(1);
        var hash = data.ContentHash();
        using (var store = SampleStore.Of(data))
        {
            Assert.Same(data, store.Take(Source(2)));
            store.Return(data);
        }
        Assert.Equal(hash, data.ContentHash());
    }

    private static RecoveryData Sample(long seed) => PlantedNetwork.Draw(4, 3, 5, (ulong)seed).Sample(300, (ulong)seed);

    private static SampleSource Source(long seed)
    {
        using var data = Sample(seed);
        return new(3, 5, seed, [], data.ContentHash());
    }
}
