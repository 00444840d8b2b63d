using System.Diagnostics.Metrics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Watching;

/// <summary>The numbers of a run as instruments of System.Diagnostics.Metrics, which cost nothing unless somebody reads them.</summary>
internal sealed class TrainingMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ActorSparse.Training";

    private const string Prefix = "actorsparse.training.";

    private readonly Meter _meter = new(MeterName);
    private readonly RunWatch _watch;

    /// <summary>Begins to offer what <paramref name="watch"/> sees.</summary>
    public TrainingMeter(RunWatch watch)
    {
        _watch = watch;
        Gauge("epoch", "{epoch}", "Epoch that is going on, counted from 1", view => view.Progress?.Epoch);
        Gauge("epochs", "{epoch}", "Epochs of the run", view => view.Epochs);
        Gauge("loss", "1", "Mean loss of the present epoch so far", view => view.Progress?.Loss);
        Gauge("rate", "{sample}/s", "Training samples a second over the last moments", view => view.SamplesPerSecond);
        Gauge("workers", "{worker}", "Workers that take part", view => view.Status?.WorkersAlive);
        Gauge("staleness.mean", "{update}", "Mean staleness of the gradients applied", view => view.Status?.StalenessMean);
        Gauge("staleness.max", "{update}", "Largest staleness of a gradient applied", view => view.Status?.StalenessMax);
        Counter("updates", "{update}", "Updates made by anybody", view => view.Status?.Updates);
        Counter("refused", "{answer}", "Gradients and replicas that were refused", view => view.Status?.Refused);
        Counter("workers.lost", "{worker}", "How often a worker was lost", view => view.Status?.WorkersLost);
        Counter("connections.pruned", "{connection}", "Connections removed since this process began", view => view.Pruned);
        Counter("connections.grown", "{connection}", "Connections grown since this process began", view => view.Grown);
        Gauges("epoch.loss", "1", "Mean loss of the last epoch that is over, by samples", view => view.LastRow is not { } row ? []
            : Of("samples", ("train", row.Loss), (row.EvaluatedOn.Name(), row.TestLoss)));
        Gauges("epoch.score", "1", "Score (accuracy, RMSE, micro F1) of the last epoch that is over, by samples", view =>
            view.LastRow is not { } row ? []
            : Of("samples", ("train", row.TrainScore), (row.EvaluatedOn.Name(), row.TestScore), ("best", row.BestTestScore)));
        Gauges("connections", "{connection}", "Connections, by layer", view =>
            Of("layer", [.. view.Layers.Zip(view.Connections, (layer, count) => (layer.Name, (double?)count))]));
        Gauges("sparsity", "1", "Share of the possible connections that are absent, by layer", view =>
            Of("layer", [.. view.Layers.Zip(view.Connections, (layer, count) => (layer.Name, (double?)layer.Sparsity(count)))]));
        Gauges("worker.staleness", "{update}", "Staleness of the last gradient applied, by worker", view =>
            Of("worker", [.. (view.Status?.Workers ?? []).Select(worker => (worker.Name, (double?)worker.Staleness))]));
        Gauges("worker.rate", "{sample}/s", "Training samples a second, by worker", view =>
            Of("worker", [.. view.WorkerRates.Select(rate => (rate.Key, (double?)rate.Value))]));
        _meter.CreateObservableCounter(Prefix + "worker.samples", () => (_watch.View().Status?.Workers ?? [])
            .Select(worker => new Measurement<long>(worker.Samples, Tag("worker", worker.Name))), "{sample}",
            "Samples of what counted, by worker");
        _meter.CreateObservableCounter(Prefix + "events", () => _watch.View().EventCounts
            .Select(entry => new Measurement<long>(entry.Value, Tag("kind", entry.Key.ToString()))), "{event}", "Events, by kind");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string unit, string description, Func<RunView, double?> value) => Gauges(
        name, unit, description, view => value(view) is { } known ? [new Measurement<double>(known)] : []);

    private void Gauges(string name, string unit, string description, Func<RunView, IEnumerable<Measurement<double>>> values) =>
        _meter.CreateObservableGauge(Prefix + name, () => values(_watch.View()), unit, description);

    private void Counter(string name, string unit, string description, Func<RunView, long?> value) => _meter.CreateObservableCounter(
        Prefix + name, () => value(_watch.View()) is { } known ? (Measurement<long>[])[new(known)] : [], unit, description);

    private static IEnumerable<Measurement<double>> Of(string tag, params IEnumerable<(string Name, double? Value)> values) =>
        values.Where(entry => entry.Value is not null).Select(entry => new Measurement<double>(entry.Value!.Value, Tag(tag, entry.Name)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
