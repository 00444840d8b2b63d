using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Tests.Baselines;

/// <summary>The mean loss of a dense perceptron with tanh and softmax in double precision, as a function of its weights.</summary>
internal sealed class DoubleNetwork
{
    private readonly IReadOnlyList<int> _sizes;
    private readonly double[][] _biases;
    private readonly DenseDataset _data;
    private readonly IReadOnlyList<int> _samples;

    public DoubleNetwork(Network full, DenseDataset data, IReadOnlyList<int> samples)
    {
        _sizes = full.Spec.LayerSizes;
        _biases = [.. full.Parameters.Dense.Select(block => block.Values.Span.ToArray().Select(value => (double)value).ToArray())];
        (_data, _samples) = (data, samples);
        Weights = [.. full.Parameters.Sparse.SelectMany(block => block.Values.Span.ToArray()).Select(value => (double)value)];
    }

    /// <summary>All weights, block after block, row after row.</summary>
    public double[] Weights { get; }

    /// <summary>Mean cross-entropy of the logits divided by <paramref name="temperature"/>, times it.</summary>
    public double Loss(double[] weights, double temperature = 1)
    {
        var total = 0.0;
        using var batch = new Model.Numerics.ActivationMatrix(_data.FeatureCount, 1);
        foreach (var sample in _samples)
        {
            _data.FillBatch([sample], batch);
            var values = Enumerable.Range(0, _data.FeatureCount).Select(feature => (double)batch.Row(feature)[0]).ToArray();
            var offset = 0;
            for (var layer = 0; layer < _sizes.Count - 1; layer++)
            {
                var next = new double[_sizes[layer + 1]];
                for (var row = 0; row < next.Length; row++)
                {
                    next[row] = _biases[layer][row];
                    foreach (var value in values) next[row] += weights[offset++] * value;
                    if (layer < _sizes.Count - 2) next[row] = Math.Tanh(next[row]);
                }
                values = next;
            }
            var logits = values.Select(value => value / temperature).ToArray();
            total += Math.Log(logits.Sum(Math.Exp)) - logits[_data.Labels[sample]];
        }
        return temperature * total / _samples.Count;
    }

    public double[] Gradient(double temperature = 1, double step = 1e-5) => [.. Enumerable.Range(0, Weights.Length).Select(index =>
        (Loss(Moved((index, step)), temperature) - Loss(Moved((index, -step)), temperature)) / (2 * step))];

    /// <summary>All second derivatives.</summary>
    public double[,] Hessian(double temperature, double step = 1e-3)
    {
        var count = Weights.Length;
        var hessian = new double[count, count];
        double At(int row, double first, int column, double second) => Loss(Moved((row, first), (column, second)), temperature);
        for (var row = 0; row < count; row++)
            for (var column = 0; column <= row; column++)
                hessian[row, column] = hessian[column, row] = (At(row, step, column, step) - At(row, step, column, -step)
                    - At(row, -step, column, step) + At(row, -step, column, -step)) / (4 * step * step);
        return hessian;
    }

    private double[] Moved(params ReadOnlySpan<(int Index, double Step)> moves)
    {
        double[] weights = [.. Weights];
        foreach (var (index, step) in moves) weights[index] += step;
        return weights;
    }
}
