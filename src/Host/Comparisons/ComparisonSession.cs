using System.Globalization;
using ActorSparse.Host.Commands;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Comparisons;

/// <summary>
/// Trains one run after the other on the same data, sequentially, and writes comparison.csv and report.html to the run folder. Runs of one
/// seed begin with the same network and see the same batches.
/// </summary>
internal sealed class ComparisonSession : IDisposable
{
    private readonly ComparisonPlan _plan;
    private readonly Settings _settings;
    private readonly Func<string?, long, string, Settings> _resolve;
    private readonly string _path;
    private readonly DataPair _data;

    /// <summary>Reads the data and checks every run's options before anything is written.</summary>
    /// <param name="plan">Which runs.</param>
    /// <param name="settings">The options that they have in common.</param>
    /// <param name="resolve">The options of one run, by sparsity, seed and rule.</param>
    /// <param name="path">The run folder.</param>
    /// <exception cref="InvalidInputException">Something that was given cannot be used.</exception>
    public ComparisonSession(ComparisonPlan plan, Settings settings, Func<string?, long, string, Settings> resolve, string path)
    {
        (_plan, _path) = (plan, path);
        _data = DataSource.Load(TrainingSetup.Data(settings));
        try
        {
            _settings = DataDefaults.Complete(settings, _data.Train, defaultWorkers: 0);
            _resolve = (sparsity, seed, rule) =>
                DataDefaults.Complete(resolve(sparsity, seed, rule), _data.Train, defaultWorkers: 0);
            _ = TrainingSetup.Kernels(settings); // refused before anything is written
            foreach (var (sparsity, seed, rule) in plan.Runs()) Check(_resolve(sparsity, seed, rule));
        }
        catch
        {
            _data.Dispose();
            throw;
        }
    }

    /// <summary>Trains; a run that diverges is told and left out. Returns what the runs that came to an end gave.</summary>
    public IReadOnlyList<ComparisonSummary> Run(ITrainingDisplay display, CancellationToken stop)
    {
        using var folder = RunFolder.OpenNew(_path, _settings.Flag("force"));
        var configuration = RunConfiguration.ToJson(_settings, withRunOptions: true);
        folder.Begin(configuration, replaces: true);
        using var file = new ResultFile<ComparisonRow>(Path.Combine(_path, "comparison.csv"), ComparisonRow.Columns);
        var number = 0;
        foreach (var (sparsity, seed, rule) in _plan.Runs())
        {
            if (stop.IsCancellationRequested) break;
            var title = string.Create(CultureInfo.InvariantCulture, $"{++number} of {_plan.RunCount}: {rule}, seed {seed}");
            if (sparsity is not null) title += $", sparsity {sparsity}";
            var result = Train(sparsity, seed, rule, file, stop);
            display.Say($"{title}: {result}");
            folder.Log($"{title}: {result}");
        }
        var summaries = ComparisonSummary.Of(file.Rows);
        var name = Path.GetFileName(Path.GetFullPath(_path));
        AtomicFile.WriteText(folder.ReportPath, ComparisonReport.Render(name, file.Rows, summaries, configuration));
        return summaries;
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();

    private void Check(Settings settings)
    {
        var spec = TrainingSetup.Spec(settings, _data.Train);
        spec.CheckFits(_data.Evaluated);
        var options = TrainingSetup.Options(settings, EvaluationRoles.Of(_data));
        if (options.Patience is { } patience)
            throw new InvalidInputException($"{settings.SourceOf("patience")}: patience {patience}; expected none, as all runs have the same epochs");
        options.CheckFits(spec, _data.Train.SampleCount);
        IdleOptions.RefuseFor(settings, spec, (long)DataShard.TotalBatches(_data.Train.SampleCount, options.BatchSize) * options.Epochs);
        _ = options.ClassWeights.For(_data.Train, spec.ClassCount);
    }

    private string Train(string? sparsity, long seed, string rule, ResultFile<ComparisonRow> file, CancellationToken stop)
    {
        var settings = _resolve(sparsity, seed, rule);
        var options = TrainingSetup.Options(settings, EvaluationRoles.Of(_data));
        // Before all that the run has of its own, its threads included.
        using var memory = MemoryMeter.Start();
        using var compute = TrainingSetup.Compute(_settings);
        using var recorder = new ComparisonRecorder(
            settings.FindNumber("sparsity"), rule, seed, options, memory, best => EvaluateCommand.Evaluate(compute, best, _data.Test), file.Add);
        using var network = Network.Create(TrainingSetup.Spec(settings, _data.Train), new RandomSource((ulong)seed));
        using var trainer = new SequentialTrainer(
            network, _data.Train, _data.Evaluated, options, compute, new() { Seed = (ulong)seed }, recorder);
        try
        {
            trainer.Run(stop);
            var last = file.Rows[^1];
            return $"test {last.ScoreKind.Name} {last.ScoreKind.Format(_data.Validation is null ? last.TestScore : last.ChosenTestScore)}";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return "stopped";
        }
        catch (TrainingDivergedException error)
        {
            return error.Message;
        }
    }
}
