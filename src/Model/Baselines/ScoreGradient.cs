using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// The gradient of the mean loss over a few samples of each class, without dropout, augmentation and weights of classes, by which networks
/// are judged before training (gse specification, section 4).
/// </summary>
internal sealed class ScoreGradient : IDisposable
{
    /// <summary>Samples of each class; of other targets, as many for each of them.</summary>
    internal const int SamplesPerClass = 10;

    private readonly DenseRunContext _context;
    private readonly int[] _samples;
    private readonly Workspace _workspace;
    private readonly TargetBuffer _targets = new();

    /// <summary>Draws the samples, which the seed decides.</summary>
    public ScoreGradient(DenseRunContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _samples = Draw(context.Data, context.Random.Stream("score"));
        _workspace = new(context.Network.Spec, Math.Min(_samples.Length, context.Options.BatchSize));
    }

    /// <summary>The samples, in the order of their batches.</summary>
    internal IReadOnlyList<int> Samples => _samples;

    /// <summary>
    /// The gradient by every connection of <paramref name="network"/>, a buffer a sparse block, which the caller owns.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="temperature">
    /// What logits are divided by before a softmax or sigmoid makes probabilities of them; the gradient is then that by the divided logits,
    /// temperature times as large.
    /// </param>
    public NativeBuffer<float>[] Of(Network network, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var gradients = new GradientSet(network.Parameters);
        NativeBuffer<float>[] sums = [.. network.Parameters.Sparse.Select(block => new NativeBuffer<float>(block.Values.Length))];
        for (var first = 0; first < _samples.Length; first += _workspace.BatchCapacity)
        {
            var samples = _samples.AsSpan(first, Math.Min(_workspace.BatchCapacity, _samples.Length - first));
            _context.Data.FillBatch(samples, _workspace.Input);
            _context.Compute.ForwardTraining(network, _workspace, dropout: 0, dropoutKey: 0);
            if (temperature != 1) Soften(network.Spec, temperature);
            _context.Compute.Backward(network, _workspace, _context.Data.Targets.Gather(samples, _targets), gradients, []);
            var share = (float)samples.Length / _samples.Length;
            for (var block = 0; block < sums.Length; block++)
                for (long position = 0; position < sums[block].Length; position++)
                    sums[block][position] += share * gradients.Sparse[block][position];
        }
        return sums;
    }

    /// <inheritdoc/>
    public void Dispose() => _workspace.Dispose();

    // The backward pass takes probabilities from the output and asks no more of it: those of divided logits take their place.
    private void Soften(NetworkSpec spec, double temperature)
    {
        if (spec.Loss == LossKind.MeanSquaredError) return;
        var (logits, output) = (_workspace.Delta(_workspace.Graph.Nodes.Count - 1), _workspace.Output);
        for (var sample = 0; sample < output.Batch; sample++)
        {
            if (spec.OutputActivation.Kind != ActivationKind.Softmax)
            {
                for (var neuron = 0; neuron < output.Neurons; neuron++)
                    output.Row(neuron)[sample] = (float)(1 / (1 + Math.Exp(-logits.Row(neuron)[sample] / temperature)));
                continue;
            }
            double largest = double.NegativeInfinity, sum = 0;
            for (var neuron = 0; neuron < output.Neurons; neuron++) largest = Math.Max(largest, logits.Row(neuron)[sample]);
            for (var neuron = 0; neuron < output.Neurons; neuron++) sum += Math.Exp((logits.Row(neuron)[sample] - largest) / temperature);
            for (var neuron = 0; neuron < output.Neurons; neuron++)
                output.Row(neuron)[sample] = (float)(Math.Exp((logits.Row(neuron)[sample] - largest) / temperature) / sum);
        }
    }

    private static int[] Draw(Dataset data, RandomStream random)
    {
        var all = new int[data.SampleCount];
        for (var sample = 0; sample < all.Length; sample++) all[sample] = sample;
        random.Shuffle<int>(all);
        if (data.Targets is not ClassTargets classes) return [.. all.Take(SamplesPerClass * data.Targets.Count)];
        // In an order in which classes are mixed: norms take statistics of a batch.
        var room = new int[classes.Count];
        Array.Fill(room, SamplesPerClass);
        return [.. all.Where(sample => room[classes.Labels[sample]]-- > 0)];
    }
}
