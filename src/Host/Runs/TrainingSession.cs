using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Reports;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>One call of train: everything is read and checked first, then the run folder is written, then the mode trains.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly Settings _settings;
    private readonly string? _warning;
    private readonly string _path;
    private readonly bool _resumes;
    private readonly ITrainingSite _site;
    private readonly ITrainingMode _mode;
    private readonly TrainingJob _job;
    private readonly DataPair _data;
    private readonly Checkpoint _start;
    private RunFolder? _folder;

    private TrainingSession(Settings settings, string path, bool resumes, ITrainingSite site, RunFolder? folder)
    {
        (_path, _resumes, _site) = (path, resumes, site);
        _mode = TrainingModes.Choose(settings, site);
        _data = DataSource.Load(TrainingSetup.Data(settings));
        try
        {
            var isAlone = _mode.Name == TrainingModes.Sequential;
            _settings = DataDefaults.Complete(settings, _data.Train, isAlone ? 0 : site.DefaultWorkers);
            _warning = DataDefaults.Warning(settings, _settings, _data.Train.SampleCount);
            _job = TrainingSetup.Job(_settings, _data);
            // From here on nobody else may add to what is resumed.
            _folder = folder ?? (resumes ? RunFolder.Open(path) : null);
            _start = resumes ? Resume() : Begin();
        }
        catch
        {
            _folder?.Dispose();
            _data.Dispose();
            throw;
        }
    }

    /// <summary>Reads and checks everything; writes nothing.</summary>
    /// <exception cref="InvalidInputException">Something that was given cannot be used.</exception>
    public static TrainingSession Prepare(
        Settings settings, string path, bool resumes, ITrainingSite site, RunFolder? folder = null) =>
        new(settings, path, resumes, site, folder);

    /// <summary>Trains, and returns what came of it.</summary>
    public TrainingOutcome Run(ITrainingDisplay display, Interruption interruption)
    {
        var folder = _folder ??= RunFolder.Create(_path);
        AtomicFile.WriteText(folder.ConfigurationPath, RunConfiguration.ToJson(_settings, withRunOptions: true));
        var state = _start.State!;
        var metrics = new MetricsFile(_path, state.Epoch);
        var recorder = new RunRecorder(folder, metrics, display, _start, _job.Training.Epochs, _settings.Whole("checkpoint-every"));
        foreach (var line in Describe().Concat(_site.Describe())) display.Say(line);
        folder.Log(_resumes
            ? $"resumed at epoch {state.Epoch + 1}, batch {state.Batch + 1}"
            : $"started: {SpecNames.FormatLayerSizes(_start.Network.Spec.LayerSizes)}, {_start.Network.ConnectionCount} connections, " +
                $"seed {state.Seed}");
        string? failure = null;
        display.While(() => (state, failure) = Train(recorder, interruption.Token));
        var isInterrupted = failure is null && state.Epoch < _job.Training.Epochs;
        var evaluation = failure is null && !isInterrupted ? LastEvaluation.Of(metrics.Rows, _start.Network.Spec, _data.Test) : new(null, null);
        failure ??= evaluation.Failure;
        var outcome = new TrainingOutcome
        {
            RunFolder = _path,
            Mode = _mode,
            Settings = _settings,
            State = state,
            Rows = metrics.Rows,
            Failure = failure,
            Warning = evaluation.Warning,
            IsInterrupted = isInterrupted,
            BatchSize = _job.Training.BatchSize,
            TrainSampleCount = _data.Train.SampleCount,
        };
        folder.Log(outcome.Status + (failure is null ? "" : ": " + failure));
        AtomicFile.WriteText(folder.ReportPath, Report.Render(RunReport.Data(outcome, _start.Network, _data, folder)));
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder?.Dispose();
        _start.Dispose();
        _data.Dispose();
    }

    private (TrainingState State, string? Failure) Train(RunRecorder recorder, CancellationToken stop)
    {
        // A run that is over waits for no workers.
        if (_start.State!.Epoch >= _job.Training.Epochs) return (_start.State, null);
        try
        {
            return (_mode.Run(_job, _start, recorder, _settings, stop), null);
        }
        catch (TrainingDivergedException error)
        {
            return (recorder.LastState, error.Message);
        }
    }

    private Checkpoint Begin()
    {
        _ = _job.Training.ClassWeights.For(_data.Train, _job.Spec.ClassCount); // refused before anything is written
        return new()
        {
            Network = Network.Create(_job.Spec, _job.Random),
            State = new() { Seed = _job.Seed },
            Phase = _mode.Name,
            Schema = DataSchema.Of(_data.Train),
            Configuration = RunConfiguration.ToJson(_settings, withRunOptions: false),
            ConfigurationHash = Hash(),
        };
    }

    private Checkpoint Resume()
    {
        var path = RunFolder.LastCheckpointOf(_path);
        var checkpoint = CheckpointFile.Load(path);
        try
        {
            if (checkpoint.State is null)
                throw new InvalidInputException($"{path}: does not say where training stood; expected a run's last checkpoint");
            RunConfiguration.CheckUnchanged(_settings, RunConfiguration.FromJson(checkpoint.Configuration, path));
            if (checkpoint.ConfigurationHash != Hash())
                throw new InvalidInputException(
                    $"{_data.Train.Name}: the training samples are not those that the run in {_path} began with");
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private string Hash() => RunConfiguration.Hash(_settings, _data.Train.ContentHash);

    private IEnumerable<string> Describe()
    {
        var network = _start.Network;
        var positions = network.Layers.Sum(layer => (double)layer.Topology.InputCount * layer.Topology.OutputCount);
        yield return string.Create(CultureInfo.InvariantCulture,
            $"data      {_data.Train.Name}: {_data.Train.SampleCount:N0} training and {_data.Test.SampleCount:N0} test samples, " +
                $"{_data.Train.FeatureCount:N0} features, {_data.Train.ClassCount} classes");
        var full = network.Layers.Select((layer, index) => (layer.Topology, Number: index + 1))
            .Where(layer => layer.Topology.ConnectionCount == (long)layer.Topology.InputCount * layer.Topology.OutputCount)
            .Select(layer => layer.Number).ToList();
        var fullText = full.Count == 0 ? "" : $"; full: layer{(full.Count > 1 ? "s" : "")} {string.Join(", ", full)}";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"network   {SpecNames.FormatLayerSizes(network.Spec.LayerSizes)}, {network.Spec.HiddenActivation}, " +
                $"{network.ConnectionCount:N0} connections ({100 * network.ConnectionCount / positions:0.###} % of a dense network{fullText})");
        var workers = _mode.Name == TrainingModes.Sequential ? ""
            : _settings.Whole("workers") is var count and > 1 ? $", {count} workers" : ", 1 worker";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"training  {_mode.Name}{workers}, {TrainingSetup.Threads(_settings)} threads, {_job.Training.Epochs} epochs of batches of " +
                $"{_job.Training.BatchSize}, seed {_start.State!.Seed}");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"optimizer {_settings.Text("optimizer")}, learning rate {_job.Training.Optimizer.LearningRate} ({_job.Training.Optimizer.Schedule}), " +
                $"topology rule {_job.Training.Rule.Name}");
        if (_warning is not null) yield return $"note      {_warning}";
        yield return $"run       {_path}"
            + (_resumes ? $", resumed at epoch {_start.State.Epoch + 1}, batch {_start.State.Batch + 1}" : "");
    }
}
