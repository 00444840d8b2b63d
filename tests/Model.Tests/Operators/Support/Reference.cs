using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>Output and gradients of a case in double precision: differences of the sum of all outputs times their gradient.</summary>
internal sealed class Reference
{
    // Of more numbers than this only some, spread over all of them, are tried: each costs two passes over the whole batch.
    private const int NumbersMax = 150;

    private readonly OperatorCase _test;
    private readonly double[][] _output;
    private readonly double[][][] _inputGradients;
    private readonly double[][] _sparse, _dense;

    internal Reference(OperatorCase test, OracleData data, float[][] delta)
    {
        _test = test;
        _output = test.Oracle(data);
        double Loss() => test.Oracle(data).Zip(delta, (y, dy) => y.Zip(dy, (value, factor) => value * factor).Sum()).Sum();
        _inputGradients = [.. data.Inputs.Select(input =>
            input.Select((sample, number) => Differences(sample, Loss, number, input.Length)).ToArray())];
        _sparse = [.. data.Sparse.Select(values => Differences(values, Loss))];
        _dense = [.. data.Dense.Select(values => Differences(values, Loss))];
    }

    internal void Compare(OperatorRun run, string what)
    {
        var output = OperatorRun.Samples(run.Output);
        Assert.DoesNotContain(_output, sample => sample.Any(double.IsNaN));
        for (var sample = 0; sample < output.Length; sample++) Compare(_output[sample], output[sample], $"{what}: output {sample}");
        for (var input = 0; input < _inputGradients.Length; input++)
        {
            var gradients = OperatorRun.Samples(run.InputDeltas[input]!);
            for (var sample = 0; sample < gradients.Length; sample++)
                Compare(_inputGradients[input][sample], gradients[sample], $"{what}: gradient by sample {sample} of input {input}");
        }
        for (var block = 0; block < _sparse.Length; block++)
        {
            var topology = run.Sparse[block].Topology;
            using var all = OperatorRun.Full(topology.InputCount, topology.OutputCount);
            using var gradients = new NativeBuffer<float>(all.ConnectionCount);
            run.Operator.Differentiate(run.Pass, block, all, gradients);
            Compare(_sparse[block], gradients.Span.ToArray(), $"{what}: gradient by connections");
        }
        for (var block = 0; block < _dense.Length; block++)
            if (!run.Layout[run.Sparse.Count + block].IsRunningAverage)
                Compare(_dense[block], run.DenseGradients[block].Span.ToArray(), $"{what}: gradient by dense block {block}");
        Assert.Equal(_test.Output.Count, run.Output.Neurons);
    }

    // Not a number where none was tried.
    private static double[] Differences(double[] values, Func<double> loss, int part = 0, int parts = 1)
    {
        const double Step = 1e-6;
        var differences = new double[values.Length];
        var every = 1 + values.Length * parts / NumbersMax;
        for (var index = 0; index < values.Length; index++)
        {
            differences[index] = double.NaN;
            if ((part * values.Length + index) % every != 0) continue;
            var value = values[index];
            values[index] = value + Step;
            var above = loss();
            values[index] = value - Step;
            differences[index] = (above - loss()) / (2 * Step);
            values[index] = value;
        }
        return differences;
    }

    private static void Compare(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++)
        {
            if (double.IsNaN(expected[index])) continue;
            var isClose = Math.Abs(expected[index] - actual[index]) <= 3e-5 + 2e-4 * Math.Abs(expected[index]);
            if (!isClose) Assert.Fail($"{what}, number {index}: {actual[index]}, not {expected[index]}");
        }
    }
}
