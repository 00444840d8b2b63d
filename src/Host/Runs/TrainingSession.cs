using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Reports;
using ActorSparse.Host.Watching;
using ActorSparse.Host.Web;
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
    private readonly TrainingJob _job;
    private readonly DataPair _data;
    private readonly Checkpoint _begin;
    private RunFolder? _folder;

    /// <summary>Reads and checks everything; writes nothing.</summary>
    /// <exception cref="InvalidInputException">Something that was given cannot be used.</exception>
    public TrainingSession(Settings settings, string path, bool resumes, ITrainingSite site, RunFolder? folder = null)
    {
        (_path, _resumes, _site) = (path, resumes, site);
        _data = DataSource.Load(TrainingSetup.Data(settings));
        try
        {
            // A run goes on as it began, wherever that was.
            _settings = DataDefaults.Complete(
                settings, _data.Train, TrainingModes.IsAlone(settings) ? 0 : site.DefaultWorkers, site.IsAcrossMachines && !resumes);
            _warning = DataDefaults.Warning(settings, _settings, _data.Train.SampleCount);
            _job = TrainingSetup.Job(_settings, _data);
            if (!resumes) IdleOptions.RefuseFor(_settings, _job.Spec, (long)_job.UpdatesPerEpoch() * _job.Training.Epochs);
            // From here on nobody else may add to what is resumed.
            _folder = folder ?? (resumes ? RunFolder.Open(path) : null);
            _begin = resumes ? Resume() : Begin();
        }
        catch
        {
            _folder?.Dispose();
            _data.Dispose();
            throw;
        }
    }

    /// <summary>Trains, and returns what came of it.</summary>
    public TrainingOutcome Run(ITrainingDisplay display, Interruption interruption)
    {
        var state = _begin.State!;
        // A run that is over waits for no workers.
        using var mode = IsOver(state) ? null : CreateMode();
        var rows = _resumes ? MetricsFile.Read(_path).Where(row => row.Epoch <= state.Epoch) : [];
        var watch = new RunWatch(RunFolder.NameOf(_path), _begin.Network, [.. rows], _job.Training.Epochs);
        using var meter = new TrainingMeter(watch);
        using var dashboard = mode is null || _settings.Find("dashboard") is null ? null
            : new Dashboard(_settings.Read("dashboard", ListenAddress.Parse), _settings.SourceOf("dashboard"), watch);
        // Nothing but the disk can fail any more.
        var isOpen = _folder is not null;
        var folder = _folder ??= RunFolder.OpenNew(_path, _settings.Flag("force"));
        folder.Begin(RunConfiguration.ToJson(_settings, withRunOptions: true), replaces: !isOpen);
        using var files = new RunFiles(folder, _job, _begin, _settings.Whole("checkpoint-every"));
        var reporter = new RunReporter(folder, display, _job.Training.Epochs, watch);
        foreach (var line in Describe().Concat(_site.Describe())) display.Say(line);
        if (dashboard is not null) display.Say($"dashboard {dashboard.Url}");
        reporter.Log(_resumes
            ? $"resumed at epoch {state.Epoch + 1}, batch {state.Batch + 1}"
            : $"started: {_begin.Network.Spec.Describe()}, {_begin.Network.ConnectionCount} connections, " +
                $"seed {state.Seed}");
        var result = new ModeResult(state);
        if (mode is not null) display.While(() => result = mode.Run(files, reporter, interruption.Token));
        (state, var failure, _) = result;
        failure ??= Unwritten(files);
        var isInterrupted = failure is null && !IsOver(state);
        var isOver = failure is null && !isInterrupted;
        var evaluation = isOver ? LastEvaluation.Of(files.Rows, _job.Spec, _data.Evaluated) : new(null, null);
        failure ??= evaluation.Failure;
        var outcome = new TrainingOutcome
        {
            RunFolder = _path,
            Job = _job,
            Settings = _settings,
            Facts = result.Facts,
            State = state,
            Rows = files.Rows,
            Failure = failure,
            Warning = evaluation.Warning,
            Test = isOver && _data.Validation is not null ? RunReport.Evaluate(folder, _data.Test, _settings) : null,
            EarlyEnd = isOver && state.Epoch < _job.Training.Epochs ? DescribeEarlyEnd(state) : null,
            IsInterrupted = isInterrupted,
        };
        if (outcome.EarlyEnd is { } early) reporter.Log(early);
        reporter.Log(outcome.Status + (failure is null ? "" : ": " + failure));
        try
        {
            AtomicFile.WriteText(folder.ReportPath, Report.Render(RunReport.Data(outcome, _begin.Network, _data, folder)));
            return outcome;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return outcome with { Failure = failure ?? $"the report could not be written: {error.Message}", HasReport = false };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder?.Dispose();
        _begin.Dispose();
        _data.Dispose();
    }

    private bool IsOver(TrainingState state) =>
        state.Epoch >= _job.Training.Epochs || _job.Training.EndsEarly(state.Validation);

    private string DescribeEarlyEnd(TrainingState state) => string.Create(CultureInfo.InvariantCulture,
        $"ended early after epoch {state.Epoch} of {_job.Training.Epochs}: no better validation {_job.ScoreKind.Name} since epoch "
            + $"{state.Validation!.BestEpoch} (patience {_job.Training.Patience})");

    private ITrainingMode CreateMode() =>
        TrainingModes.IsAlone(_settings) ? new SequentialMode(_job, _settings) : new DistributedMode(_site, _job, _settings, _begin);

    private string? Unwritten(RunFiles files)
    {
        if (files.Failure is not { } reason) return null;
        var rest = files.WrittenState is not { } written ? "no checkpoint is there"
            : string.Create(CultureInfo.InvariantCulture, $"the one of epoch {written.Epoch} is there: once there is space, go on with: ")
                + RunFolder.ResumeCommand(_site.Command, _path);
        return $"the last checkpoint could not be written: {reason}; {rest}";
    }

    private Checkpoint Begin()
    {
        _ = _job.Training.ClassWeights.For(_data.Train, _job.Spec.ClassCount); // refused before anything is written
        return new()
        {
            Network = Network.Create(_job.Spec, _job.Random),
            State = new() { Seed = _job.Seed },
            Phase = _settings.Text("mode"),
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
            if (checkpoint.State.Epoch > _job.Training.Epochs)
                throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                    $"{_path}: has {checkpoint.State.Epoch} epochs behind it; expected more to go on to, not --epochs {_job.Training.Epochs}"));
            if (checkpoint.ConfigurationHash != Hash())
                throw new InvalidInputException(
                    $"{_data.Train.Name}: the training{(_data.Validation is null ? "" : " or validation")} samples are not those that the run in {_path} began with");
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private string? DenseNote() => _job.Training.Rule is not IDenseRule ? null : string.Create(CultureInfo.InvariantCulture,
        $"rule {_job.Training.Rule.Name} is a baseline that needs a dense network's memory: it begins with all {_begin.Network.Parameters.Layout.PossibleConnections:N0} connections"
            + $"{(_job.Training.Rounds > 1 ? $" and trains {_job.Training.Rounds} times {_job.Training.RoundEpochs} epochs" : "")}");

    private string Hash() => RunConfiguration.Hash(_settings, _job.DataHash);

    private IEnumerable<string> Describe()
    {
        var network = _begin.Network;
        var positions = network.Parameters.Layout.PossibleConnections;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"data      {_data.Train.Name}: {RunReport.Samples(_data)}, " +
                $"{_data.Train.FeatureCount:N0} features, {_data.Train.Targets.Describe()}");
        var full = network.Parameters.Sparse.Select((layer, index) => (layer.Topology, Number: index + 1))
            .Where(layer => layer.Topology.ConnectionCount == (long)layer.Topology.InputCount * layer.Topology.OutputCount)
            .Select(layer => layer.Number).ToList();
        var fullText = full.Count == 0 ? ""
            : network.Spec.IsChain ? $"; full: layer{(full.Count > 1 ? "s" : "")} {string.Join(", ", full)}"
            : $"; full: {full.Count} of {network.Parameters.Sparse.Count} blocks";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"network   {network.Spec.Describe()}{(network.Spec.IsChain ? $", {network.Spec.HiddenActivation}" : "")}, " +
                $"{network.ConnectionCount:N0} connections ({100 * network.ConnectionCount / positions:0.###} % of a dense network{fullText})");
        var workers = TrainingModes.IsAlone(_settings) ? "" : _job.Run.Workers == 1 ? ", 1 worker" : $", {_job.Run.Workers} workers";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"training  {_settings.Text("mode")}{workers}, {TrainingSetup.Threads(_settings)} threads, {_job.Training.Epochs} epochs of " +
                $"batches of {_job.Training.BatchSize}, seed {_begin.State!.Seed}");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"optimizer {_settings.Text("optimizer")}, learning rate {_job.Training.Optimizer.LearningRate} " +
                $"({_job.Training.Optimizer.Schedule}), topology rule {_job.Training.Rule.Name}");
        foreach (var note in QuantityNote.AndOf(_data).Prepend(_warning).Prepend(DenseNote()).OfType<string>()) yield return $"note      {note}";
        yield return $"run       {_path}"
            + (_resumes ? $", resumed at epoch {_begin.State.Epoch + 1}, batch {_begin.State.Batch + 1}" : "");
    }
}
