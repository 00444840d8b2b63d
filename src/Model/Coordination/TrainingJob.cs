using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>What is to be trained and how: immutable, the same for all actors of a run.</summary>
public sealed record TrainingJob
{
    /// <summary>Names this run among others; not 0.</summary>
    public required ulong RunId { get; init; }

    /// <summary>The network.</summary>
    public required NetworkSpec Spec { get; init; }

    /// <summary>How it is trained, whatever trains it.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>How training is shared out.</summary>
    public required RunOptions Run { get; init; }

    /// <summary>Seed of all randomness.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The training set.</summary>
    public required Dataset TrainingSet { get; init; }

    /// <summary>What epochs are evaluated on, as <see cref="TrainingOptions.EvaluatedOn"/> says; null for nothing.</summary>
    public Dataset? EvaluationSet { get; init; }

    /// <summary>Kernels to compute with; null for the best.</summary>
    internal SparseKernels? Kernels { get; init; }

    /// <summary>Measures how long evaluations and evolutions take.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hash of the configuration: a worker with another one is refused.</summary>
    internal ulong ConfigurationHash { get; init; }

    /// <summary><see cref="DataPair.HashOf"/> of its samples.</summary>
    internal string DataHash => DataPair.HashOf(TrainingSet, Training.EvaluatedOn == EvaluationRole.Test ? null : EvaluationSet);

    /// <summary>By what networks are compared.</summary>
    public ScoreKind ScoreKind => ScoreKind.Of(TrainingSet);

    /// <summary>The source of all randomness.</summary>
    internal RandomSource Random => new(Seed);

    /// <summary>Which epochs belong to which phase.</summary>
    internal RunPlan Plan => new(Training.Epochs, Run);

    /// <summary>A number for a run that no other has.</summary>
    internal static ulong NewRunId() => Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)));

    /// <summary>Refuses what cannot be trained.</summary>
    /// <exception cref="InvalidInputException">Options, data and network do not go together.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfZero(RunId);
        Training.Validate();
        _ = Plan;
        Spec.Validate();
        Training.CheckFits(Spec, TrainingSet.SampleCount);
        Spec.CheckFits(TrainingSet);
        if (EvaluationSet is not null) Spec.CheckFits(EvaluationSet);
        _ = BatchesPerShard();
    }

    /// <summary>Number of batches in an epoch of every shard.</summary>
    internal int[] BatchesPerShard() =>
        [.. Enumerable.Range(0, Run.Workers).Select(shard =>
            DataShard.BatchesOf(TrainingSet.SampleCount, Training.BatchSize, shard, Run.Workers))];

    /// <summary>Updates of phase one that make an epoch: step by step a batch of every shard is one update.</summary>
    internal int UpdatesPerEpoch()
    {
        var batches = BatchesPerShard();
        return Run.Mode == TrainingMode.Wssp ? batches.Max() : batches.Sum();
    }

    /// <summary>
    /// What update <paramref name="update"/> of phase one, counted from 0, evolves under a guided rule; refers to
    /// <paramref name="network"/>.
    /// </summary>
    internal NetworkSnapshot Snapshot(Network network, long update) => NetworkSnapshot.Of(network, Random, update) with
    {
        Update = update,
        UpdatesTotal = (long)UpdatesPerEpoch() * Training.Epochs,
    };

    /// <summary>
    /// The optimiser of phase one. WSSP with K workers takes K times the learning rate after a linear warm-up from the rate itself (wasap
    /// specification, section 5); with one worker, and in WASAP, it is the configured one.
    /// </summary>
    internal OptimizerOptions PhaseOneOptimizer()
    {
        var sgd = Training.Optimizer;
        if (Run.Mode == TrainingMode.Wasap || Run.Workers == 1) return sgd;
        var rate = sgd.LearningRate * Run.Workers;
        var schedule = sgd.Schedule.ToString();
        if (Run.WarmUpEpochs == 0 || schedule.StartsWith("warmup:", StringComparison.Ordinal)) return sgd with { LearningRate = rate };
        var warmUp = string.Create(CultureInfo.InvariantCulture, $"warmup:{Run.WarmUpEpochs}:{1.0 / Run.Workers:R}+{schedule}");
        return sgd with { LearningRate = rate, Schedule = LearningRateSchedule.Parse(warmUp) };
    }

    /// <summary>
    /// The optimiser of phase two: K times the learning rate, as in WSSP, because a replica takes a K-th of the steps of an epoch and the
    /// average of K of them stands for all (the root of K for AdamW). With the rate itself phase two falls behind sequential training
    /// (docs/protocol.md).
    /// </summary>
    internal OptimizerOptions PhaseTwoOptimizer()
    {
        var optimizer = Training.Optimizer;
        return optimizer with { LearningRate = optimizer.LearningRate * AveragingRateFactor(Run.Workers) };
    }

    /// <summary>
    /// What the learning rate is multiplied by where <paramref name="count"/> gradients or replicas are averaged, so that the average moves
    /// on about as far as all of them one after the other: their number, the root of it for AdamW, whose steps do not grow with gradients.
    /// </summary>
    internal double AveragingRateFactor(int count) => Training.Optimizer.Kind == OptimizerKind.AdamW ? Math.Sqrt(count) : count;

    /// <summary>
    /// What applies updates to <paramref name="parameters"/>, after <paramref name="updateCount"/> of them; the learning rate before
    /// follows from the schedule. AdamW's means have seen <paramref name="momentSteps"/> gradients; by default one for each update.
    /// </summary>
    internal ModelUpdater Updater(
        ParameterSet parameters, NetworkCompute compute, OptimizerOptions sgd, int updatesPerEpoch, long updateCount,
        long? momentSteps = null)
    {
        ArgumentNullException.ThrowIfNull(sgd);
        var lastRate = updateCount == 0 ? 0 : sgd.Schedule.Rate(sgd.LearningRate, updateCount - 1, updatesPerEpoch, Training.Epochs);
        return new(parameters, compute, sgd, updatesPerEpoch, Training.Epochs, updateCount, lastRate, momentSteps);
    }

    /// <summary>The random streams of one shard's replica in phase two; the first shard's are those of sequential training.</summary>
    internal RandomSource ReplicaRandom(int shard) => shard == 0 ? Random : new(Random.Key("replica", shard));
}
