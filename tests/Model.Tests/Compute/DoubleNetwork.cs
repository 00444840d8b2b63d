using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;

namespace ActorSparse.Model.Tests.Compute;

/// <summary>The mean loss of a network in double precision, written down from the formulas: what gradients are compared with.</summary>
internal sealed class DoubleNetwork
{
    private readonly NetworkSpec _spec;
    private readonly Matrix<double>[] _weights;

    internal DoubleNetwork(Network network)
    {
        _spec = network.Spec;
        var storages = network.Parameters.Sparse.Select(Storage).ToArray();
        _weights = [.. storages.Select(Matrix<double>.Build.Sparse)];
        Values = [.. storages.Select(storage => storage.Values)];
        Biases = [.. network.Parameters.Dense.Select(biases => biases.Values.Span.ToArray().Select(v => (double)v).ToArray())];
    }

    /// <summary>Weights of every layer in its topology's order; a change of one counts in the next loss.</summary>
    internal double[][] Values { get; }

    internal double[][] Biases { get; }

    /// <summary>Outputs of one sample.</summary>
    internal double[] Forward(double[] input, int sample, float dropout, ulong key)
    {
        var activations = input;
        for (var layer = 0; layer < Values.Length; layer++)
        {
            var z = (_weights[layer] * Vector<double>.Build.Dense(activations) + Vector<double>.Build.Dense(Biases[layer])).ToArray();
            activations = layer == Values.Length - 1
                ? Output(z)
                : [.. z.Select((value, neuron) => Hidden(layer, neuron, value, sample, dropout, key))];
        }
        return activations;
    }

    internal double Loss(double[][] inputs, int[] labels, float[] classWeights, float dropout, ulong key)
    {
        var total = 0.0;
        for (var sample = 0; sample < inputs.Length; sample++)
        {
            var output = Forward(inputs[sample], sample, dropout, key);
            var label = labels[sample];
            var target = output.Length == 1 ? [label] : output.Select((_, index) => index == label ? 1.0 : 0.0).ToArray();
            total += (classWeights.Length == 0 ? 1 : classWeights[label]) * _spec.Loss switch
            {
                LossKind.MeanSquaredError => output.Zip(target, (o, t) => (o - t) * (o - t) / 2).Sum(),
                _ when _spec.OutputActivation.Kind == ActivationKind.Softmax => -output.Select((o, index) =>
                    ((1 - _spec.LabelSmoothing) * (index == label ? 1 : 0) + _spec.LabelSmoothing / output.Length) * Math.Log(o)).Sum(),
                _ => BinaryCrossEntropy(output, target),
            };
        }
        return total / inputs.Length;
    }

    /// <summary>The loss where the samples have values for every output instead of classes.</summary>
    internal double Loss(double[][] inputs, double[][] targets, float dropout, ulong key) => inputs.Select((input, sample) =>
    {
        var output = Forward(input, sample, dropout, key);
        return _spec.Loss == LossKind.MeanSquaredError
            ? output.Zip(targets[sample], (o, t) => (o - t) * (o - t) / 2).Sum() : BinaryCrossEntropy(output, targets[sample]);
    }).Average();

    private static double BinaryCrossEntropy(double[] output, double[] target) =>
        -output.Zip(target, (o, t) => t * Math.Log(o) + (1 - t) * Math.Log(1 - o)).Sum();

    /// <summary>Central difference of the loss by one parameter.</summary>
    internal static double Difference(double[] parameters, int index, Func<double> loss)
    {
        const double Step = 1e-6;
        var value = parameters[index];
        parameters[index] = value + Step;
        var above = loss();
        parameters[index] = value - Step;
        var below = loss();
        parameters[index] = value;
        return (above - below) / (2 * Step);
    }

    private static SparseCompressedRowMatrixStorage<double> Storage(SparseBlock layer)
    {
        var (topology, rows) = (layer.Topology, Enumerable.Range(0, layer.Topology.OutputCount));
        return SparseCompressedRowMatrixStorage<double>.OfCompressedSparseRowFormat(
            topology.OutputCount, topology.InputCount, topology.ConnectionCount,
            [.. rows.Append(topology.OutputCount).Select(row => topology.RowStart(row))],
            [.. rows.SelectMany(row => topology.Row(row).ToArray())], [.. layer.Values.Span.ToArray().Select(value => (double)value)]);
    }

    private double Hidden(int layer, int neuron, double z, int sample, float rate, ulong key)
    {
        var value = Function(_spec.HiddenActivation, layer + 1, z);
        var dropout = Dropout.At(rate, key, layer);
        if (!dropout.IsActive) return value;
        var isKept = (dropout.KeptByte(neuron, sample / 8) >> (sample % 8) & 1) != 0;
        return isKept ? value * dropout.Scale : 0;
    }

    private double[] Output(double[] z)
    {
        if (_spec.OutputActivation.Kind != ActivationKind.Softmax)
            return [.. z.Select(value => Function(_spec.OutputActivation, Values.Length, value))];
        var exponentials = z.Select(value => Math.Exp(value - z.Max())).ToArray();
        return [.. exponentials.Select(value => value / exponentials.Sum())];
    }

    private static double Function(Activation activation, int number, double z) => activation.Kind switch
    {
        ActivationKind.Identity => z,
        ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-z)),
        ActivationKind.Tanh => Math.Tanh(z),
        ActivationKind.Relu => Math.Max(0, z),
        ActivationKind.LeakyRelu => z > 0 ? z : activation.Slope * z,
        _ => z > 0 ? z : (number % 2 == 1 ? -activation.Slope : activation.Slope) * z,
    };
}
