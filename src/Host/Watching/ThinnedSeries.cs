namespace ActorSparse.Host.Watching;

/// <summary>
/// Points of a curve as they come, in bounded memory: once there are too many every second one goes, and of those to come only every second
/// one is kept, and so on.
/// </summary>
/// <param name="capacity">Points at most, an even number.</param>
internal sealed class ThinnedSeries(int capacity)
{
    private readonly List<(double X, double? Y)> _points = new(capacity);
    private long _every = 1, _count;

    /// <summary>The points, in their order.</summary>
    public IReadOnlyList<(double X, double? Y)> Points => [.. _points];

    /// <summary>Adds a point, unless it is one of those to leave out.</summary>
    public void Add(double x, double y)
    {
        if (_count++ % _every != 0) return;
        if (_points.Count == capacity)
        {
            for (var index = 0; index < capacity / 2; index++) _points[index] = _points[2 * index];
            _points.RemoveRange(capacity / 2, capacity / 2);
            _every *= 2;
        }
        _points.Add((x, y));
    }

    /// <summary>Drops the points from <paramref name="x"/> on.</summary>
    public void GoBackTo(double x) => _points.RemoveAll(point => point.X >= x);
}
