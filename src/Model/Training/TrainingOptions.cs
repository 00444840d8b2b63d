using System.Globalization;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators.Normalization;

namespace ActorSparse.Model.Training;

/// <summary>How a network is trained, whatever trains it; the defaults are the paper's (wasap specification, sections 2 and 3).</summary>
public sealed record TrainingOptions
{
    /// <summary>Number of epochs.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Samples of a batch, B.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Fraction of the hidden activations that dropout sets to zero while training; rounded to a multiple of 1/256.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>What the products of fully connected layers read.</summary>
    internal FloatFormat Activations { get; init; }

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>How topologies evolve: after each epoch but the last, or with batches that the rule chooses.</summary>
    public ITopologyRule Rule { get; init; } = new SetRule();

    /// <summary>Pruning of unimportant neurons during training; null for none.</summary>
    public ImportancePruningOptions? ImportancePruning { get; init; }

    /// <summary>How much each class weighs in the loss.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>Whether training batches are augmented, where the data know how.</summary>
    public bool Augment { get; init; }

    /// <summary>What epochs are evaluated on.</summary>
    public EvaluationRole EvaluatedOn { get; init; }

    /// <summary>
    /// Training ends once so many epochs have passed without a better score on the validation samples; null: not before all epochs are done.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>The network is evaluated after every this many epochs, and after the last.</summary>
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Trainings from the beginning on that the epochs are shared out to.</summary>
    internal int Rounds => (Rule as IDenseRule)?.Rounds ?? 1;

    /// <summary>Epochs of each.</summary>
    internal int RoundEpochs => Epochs / Rounds;

    /// <summary>Whether topologies evolve by what a backward pass leaves of single samples.</summary>
    internal bool EvolvesByEvidence => Rule is IDenseRule || !Rule.EvolvesAfterEpochs;

    /// <summary>
    /// Whether one place that trains a network of <paramref name="spec"/> makes the steps of a batch as its gradients arise: nothing else
    /// looks at the gradients of single samples in chains of layers, neither a bound of their norm nor a rule.
    /// </summary>
    internal bool DescendsAtOnce(NetworkSpec spec, NetworkCompute compute) =>
        BatchSize == 1 && Optimizer is { Kind: OptimizerKind.Sgd, ClipNorm: double.PositiveInfinity } && !EvolvesByEvidence
        && compute.CanDescend(spec);

    /// <summary>Whether training ends early where <paramref name="validation"/> is known.</summary>
    internal bool EndsEarly(ValidationProgress? validation) => validation is not null && validation.LastEpoch - validation.BestEpoch >= Patience;

    /// <summary>Whether the network is evaluated after epoch <paramref name="epoch"/>, counted from 0.</summary>
    internal bool IsEvaluationDue(int epoch) => (epoch + 1) % EvaluateEvery == 0 || epoch + 1 == Epochs;

    /// <summary>Refuses a network that cannot be trained so on so many samples.</summary>
    /// <exception cref="InvalidInputException">
    /// Neurons are to be pruned of what is no chain of layers, a batch norm has one number of a batch, or the rule has no use for such a
    /// network or training.
    /// </exception>
    internal void CheckFits(NetworkSpec spec, int sampleCount)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (Rule is IDenseRule dense)
        {
            spec.WithSparsity(0).Validate();
            dense.CheckFits(spec, (long)DataShard.TotalBatches(sampleCount, BatchSize) * Epochs);
        }
        if (BatchSize == 1 && spec.ToGraph() is var graph
            && graph.Nodes.Where((node, index) => node.Operator is BatchNormSpec && graph.InputsOf(index)[0].Positions == 1).FirstOrDefault() is { } norm)
            throw new InvalidInputException($"batch size 1: {norm.Name} has one number a channel, whose variance is 0; expected at least 2");
        if (ImportancePruning is not null && !spec.IsChain)
            throw new InvalidInputException("importance pruning takes out neurons of layers: expected a chain of layers, not a graph");
    }

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public void Validate()
    {
        if (Epochs < 1) throw new InvalidInputException($"epochs {Epochs}: expected at least 1");
        if (BatchSize < 1) throw new InvalidInputException($"batch size {BatchSize}: expected at least 1");
        if (EvaluateEvery < 1) throw new InvalidInputException($"evaluation every {EvaluateEvery} epochs: expected at least 1");
        if (Patience < 1) throw new InvalidInputException($"patience {Patience}: expected at least 1");
        if (Patience is not null && EvaluatedOn != EvaluationRole.Validation)
            throw new InvalidInputException($"patience {Patience}: expected validation samples (--validation), as test samples must not end training");
        if (!(Dropout is >= 0 and < 1))
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"dropout {Dropout}: expected 0 to below 1"));
        if (Epochs % Rounds != 0) throw new InvalidInputException($"epochs {Epochs}: expected a multiple of the {Rounds} rounds of rule {Rule.Name}");
        if (ImportancePruning is not null && Rule is IDenseRule)
            throw new InvalidInputException($"importance pruning with rule {Rule.Name}: expected one of the two, as that rule leaves no neuron out");
        Optimizer.Validate();
        ImportancePruning?.Validate();
    }
}
