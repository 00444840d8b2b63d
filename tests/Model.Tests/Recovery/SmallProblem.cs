using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

/// <summary>The eight samples of three features that traces are known of.</summary>
internal static class SmallProblem
{
    public static readonly double[][] Inputs =
        [[1, 2, -1], [0, 1, 1], [-1, 1, 2], [2, -1, 0], [1, -2, 1], [-2, 0, 1], [1, 1, 1], [0, -1, 2]];

    public static RecoveryData Data(params double[] targets) => Of(Inputs, [.. targets.Select(target => (double[])[target])]);

    public static RecoveryData Of(double[][] inputs, double[][] targets)
    {
        var data = new RecoveryData(inputs.Length, inputs[0].Length, targets[0].Length);
        for (var sample = 0; sample < inputs.Length; sample++)
        {
            for (var feature = 0; feature < inputs[0].Length; feature++) data.Feature(sample, feature) = (float)inputs[sample][feature];
            for (var output = 0; output < targets[0].Length; output++) data.Target(sample, output) = targets[sample][output];
        }
        return data;
    }

    public static double[] Rectified(params double[] weights) =>
        [.. Inputs.Select(input => Math.Max(0, input.Zip(weights, (x, w) => x * w).Sum()))];

    /// <summary>The reference's way, step for step.</summary>
    public static IhtOptions Reference(int neurons, int budget, int steps, int inner = 10, bool fixedGates = false) => new()
    {
        Neurons = neurons,
        Budget = budget,
        Steps = steps,
        InnerSteps = inner,
        Descent = DescentKind.Halving,
        MeasuresCandidates = false,
        MergesFirstStep = false,
        HasFixedGates = fixedGates,
        KeepsBest = false,
    };

    /// <summary>The weights after all steps, dense.</summary>
    public static double[] Run(RecoveryData data, IhtOptions options, Gates? gates)
    {
        using var sums = new SampleSums(data);
        var steps = new ScalarIht(options, data.Chunks, data.FeatureCount, gates);
        steps.Run(sums);
        return Dense(steps.Weights, options.Neurons);
    }

    public static double[] Dense(SparseVector vector, int neurons) =>
        [.. Enumerable.Range(0, neurons * vector.BlockLength).Select(index => vector[index])];

    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++)
            Assert.True(Math.Abs(expected[index] - actual[index]) <= tolerance, $"{index}: {actual[index]:R}, expected {expected[index]:R}");
    }
}
