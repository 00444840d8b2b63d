namespace ActorSparse.Model.Recovery;

/// <summary>The samples that workers of one process share: made when the first asks, kept for the next, freed when nobody uses them.</summary>
internal sealed class SampleStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<SampleSource, RecoveryData> _make;
    private readonly bool _hasBias, _isBorrowed;
    private readonly Dictionary<RecoveryData, int> _users = [];
    private (SampleSource? Source, RecoveryData Data)? _present;

    /// <summary>Makes samples.</summary>
    /// <param name="make">Those of a source, before its layers; they are the store's. May throw <see cref="InvalidInputException"/>.</param>
    /// <param name="hasBias">Whether the last feature is a constant, which then each layer has.</param>
    public SampleStore(Func<SampleSource, RecoveryData> make, bool hasBias) => (_make, _hasBias) = (make, hasBias);

    private SampleStore(RecoveryData data)
    {
        _make = _ => data;
        _isBorrowed = true;
        _present = (null, data);
    }

    /// <summary>Only these samples, whatever the source; they stay the caller's.</summary>
    public static SampleStore Of(RecoveryData data) => new(data);

    /// <summary>The samples of a source, until they are given back.</summary>
    /// <exception cref="InvalidInputException">They are others than the source says.</exception>
    /// <exception cref="ArgumentException">A layer does not fit.</exception>
    public RecoveryData Take(SampleSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        lock (_lock)
        {
            if (!_isBorrowed && _present?.Source?.IsSame(source) != true)
            {
                Leave();
                _present = (source, Make(source));
            }
            var data = _present!.Value.Data;
            _users[data] = _users.GetValueOrDefault(data) + 1;
            return data;
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Return(RecoveryData data)
    {
        lock (_lock)
        {
            if (--_users[data] > 0) return;
            _users.Remove(data);
            if (!_isBorrowed && data != _present?.Data) data.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) Leave();
    }

    // The last user frees them.
    private void Leave()
    {
        if (!_isBorrowed && _present is { } present && !_users.ContainsKey(present.Data)) present.Data.Dispose();
        _present = null;
    }

    private RecoveryData Make(SampleSource source)
    {
        var data = _make(source);
        try
        {
            foreach (var layer in source.Layers)
            {
                var next = GreedyRecovery.Activations(data, layer, _hasBias);
                data.Dispose();
                data = next;
            }
            return data.ContentHash() == source.ContentHash ? data
                : throw new InvalidInputException("the samples are not the coordinator's: another file, or a processor that draws other numbers");
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }
}
