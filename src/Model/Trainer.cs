using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model;

/// <summary>
/// Trains sparse networks. What is not said is chosen by the data, as the command <c>actorsparse train</c> chooses it; what has no property
/// here can be changed in the <see cref="TrainingJob"/>. The package ActorSparse.Actors trains with workers.
/// </summary>
public sealed record Trainer
{
    /// <summary>Neurons of the hidden layers, first to last; empty for none.</summary>
    public IReadOnlyList<int> HiddenLayers { get; init; } = TrainingDefaults.HiddenLayers;

    /// <summary>
    /// A network that is no chain of layers, in place of <see cref="HiddenLayers"/>: a name such as "resnet-20", or a graph as JSON
    /// (docs/networks.md).
    /// </summary>
    public string? Network { get; init; }

    /// <summary>Activation of hidden layers.</summary>
    public Activation Activation { get; init; } = new(ActivationKind.Relu);

    /// <summary>What training minimises; null: cross-entropy for classes, squared error for real targets, binary cross-entropy for labels.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>Connections of a layer: about epsilon * (inputs + outputs); null: 5 to 20, by the number of samples.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Share of all connections that the network lacks, in place of <see cref="Epsilon"/>; null: 0.9 of a <see cref="Network"/>.</summary>
    public double? Sparsity { get; init; }

    /// <summary>Passes over the training samples.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Samples of a batch; null: 8 to 128, by samples and workers.</summary>
    public int? BatchSize { get; init; }

    /// <summary>What makes steps of gradients.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Learning rate that the schedule begins with; null: 0.003, of SGD 0.05, and less where workers make batches smaller.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Share of the hidden activations that are dropped while training.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>How topologies evolve; null: guided growth with uniform candidates (docs/guided-growth.md).</summary>
    public ITopologyRule? Rule { get; init; }

    /// <summary>
    /// Training ends after so many epochs without a better score on the validation samples, which the data must have then; null: never.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>Seed of all randomness.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads of the arithmetic, of all workers together; null for all cores. Results do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Is told what each epoch did, on the thread that trains.</summary>
    public Action<EpochMetrics>? OnEpoch { get; init; }

    /// <summary>What would be trained: the network, all options, the data.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="workers">Workers that share the training; fewer if there are fewer batches.</param>
    /// <exception cref="InvalidInputException">Options and data do not go together.</exception>
    public TrainingJob Job(DataPair data, int workers = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (workers < 1) throw new InvalidInputException($"workers {workers}: expected at least 1");
        if (BatchSize < 1) throw new InvalidInputException($"batch size {BatchSize}: expected at least 1");
        if (Threads < 1) throw new InvalidInputException($"threads {Threads}: expected at least 1");
        var samples = data.Train.SampleCount;
        workers = TrainingDefaults.Workers(samples, workers, workers, BatchSize);
        var batch = BatchSize ?? TrainingDefaults.BatchSize(samples, workers);
        var updates = DataShard.TotalBatches(samples, batch);
        var job = new TrainingJob
        {
            RunId = TrainingJob.NewRunId(),
            Spec = Spec(data.Train),
            Training = new()
            {
                Epochs = Epochs,
                BatchSize = batch,
                Dropout = Dropout,
                EvaluatedOn = EvaluationRoles.Of(data),
                Patience = Patience,
                Rule = Rule ?? new GseRule(Guidance.Uniform, new() { Interval = TrainingDefaults.EvolveEvery(updates) }),
                Optimizer = new()
                {
                    Kind = Optimizer,
                    ClipNorm = 1,
                    LearningRate = LearningRate ?? TrainingDefaults.LearningRate(Optimizer, samples, batch, isSynchronous: false),
                    WeightDecay = TrainingDefaults.WeightDecay(updates),
                    Schedule = LearningRateSchedule.Parse("warmup:1+cosine:10%"),
                },
            },
            Run = new() { Workers = workers },
            Seed = Seed,
            TrainingSet = data.Train,
            EvaluationSet = data.Evaluated,
        };
        job.Validate();
        return job;
    }

    /// <summary>Trains in one place; the result depends on data, options and seed alone.</summary>
    /// <exception cref="InvalidInputException">Options and data do not go together.</exception>
    /// <exception cref="TrainingDivergedException">The numbers got lost, and once more at a lower learning rate.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainedNetwork Train(DataPair data, CancellationToken cancellation = default) => Train(Job(data), cancellation);

    /// <summary>As <see cref="Train(DataPair, CancellationToken)"/>; <see cref="TrainingJob.Run"/>, which is for workers, is not looked at.</summary>
    /// <exception cref="InvalidInputException">Options and data do not go together.</exception>
    /// <exception cref="TrainingDivergedException">The numbers got lost, and once more at a lower learning rate.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainedNetwork Train(TrainingJob job, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var compute = new NetworkCompute(job.Kernels, Threads ?? Environment.ProcessorCount);
        using var history = new TrainingHistory(job, OnEpoch);
        for (var state = new TrainingState { Seed = job.Seed }; ; state = state.ForRetry())
        {
            var network = Networks.Network.Create(job.Spec, job.Random);
            try
            {
                using var trainer = new SequentialTrainer(
                    network, job.TrainingSet, job.EvaluationSet, job.Training, compute, state, history, job.Clock);
                trainer.Run(cancellation);
                return history.Finish(network);
            }
            catch (TrainingDivergedException) when (state.RateScale == 1)
            {
                network.Dispose();
                history.Clear();
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }
    }

    private NetworkSpec Spec(Dataset train)
    {
        var loss = Loss ?? TrainingDefaults.Loss(train.Targets);
        var output = TrainingDefaults.OutputActivation(loss, train.Targets);
        var outputs = TrainingDefaults.Outputs(output, train.Targets);
        var spec = new NetworkSpec
        {
            LayerSizes = Network is null ? [train.FeatureCount, .. HiddenLayers, outputs] : [],
            Graph = Network is null ? null : TrainingDefaults.Graph(Network, () => TrainingDefaults.ShapeOf(train), outputs),
            HiddenActivation = Activation,
            OutputActivation = output,
            Loss = loss,
            Initializer = Initializer.FanIn,
        };
        var sparsity = Sparsity ?? (Network is not null && Epsilon is null ? TrainingDefaults.GraphSparsity : null);
        return sparsity is { } share ? spec.WithSparsity(share)
            : spec with { Epsilon = Epsilon ?? TrainingDefaults.Epsilon(train.SampleCount) };
    }
}
