using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ActorSparse.Host.Prediction;

/// <summary>What a server of predictions measures of itself, beside what ASP.NET Core does of its requests.</summary>
internal sealed class ServingMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorSparse.Serving";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _samples;
    private readonly Histogram<int> _batches;
    private readonly Histogram<double> _waits, _computations;

    public ServingMetrics()
    {
        _samples = _meter.CreateCounter<long>("actorsparse.serving.samples", "{sample}", "Samples that were answered");
        _batches = _meter.CreateHistogram("actorsparse.serving.batch", "{sample}", "Samples that went through the network together",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
        var times = new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] };
        _waits = _meter.CreateHistogram("actorsparse.serving.wait", "s", "Time from a request's being read to its computation", advice: times);
        _computations = _meter.CreateHistogram("actorsparse.serving.computation", "s", "Time of a batch in the network", advice: times);
    }

    /// <summary>From now on the queue's length, in requests, is measured too.</summary>
    public void ObserveQueue(Func<int> length) =>
        _meter.CreateObservableGauge("actorsparse.serving.queue", length, "{request}", "Requests that wait for the network");

    /// <summary>A request waited from <paramref name="since"/> until now.</summary>
    public void Waited(long since) => _waits.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);

    /// <summary>A batch of so many samples went through the network from <paramref name="began"/> until now.</summary>
    public void Computed(int samples, long began)
    {
        _computations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        _batches.Record(samples);
        _samples.Add(samples);
    }

    public void Dispose() => _meter.Dispose();
}
