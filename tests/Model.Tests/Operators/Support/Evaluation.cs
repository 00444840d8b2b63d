using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>What an operator makes of given inputs and parameters, without a test case.</summary>
internal static class Evaluation
{
    /// <param name="spec">The operator; all its connections exist.</param>
    /// <param name="shapes">Shapes of the inputs.</param>
    /// <param name="inputs">Numbers of each input, for one sample.</param>
    /// <param name="sparse">All weights of each sparse block, row by row.</param>
    /// <param name="dense">Values of each dense block.</param>
    internal static float[] Of(OperatorSpec spec, TensorShape[] shapes, float[][] inputs, float[][]? sparse = null, float[][]? dense = null)
    {
        using var run = new OperatorRun(spec, shapes, density: 1, batch: 1, capacity: 3, kernels: "");
        for (var input = 0; input < inputs.Length; input++)
            for (var neuron = 0; neuron < inputs[input].Length; neuron++) run.Inputs[input].Row(neuron)[0] = inputs[input][neuron];
        for (var block = 0; block < run.Sparse.Count; block++) sparse![block].CopyTo(run.Sparse[block].Values.Span);
        for (var block = 0; block < run.Dense.Count; block++) dense![block].CopyTo(run.Dense[block].Values.Span);
        run.Pass.IsTraining = false;
        run.Operator.Forward(run.Pass);
        return OperatorRun.Samples(run.Output)[0];
    }

    /// <summary>So many numbers that have nothing in common.</summary>
    internal static float[] Numbers(int count, int seed)
    {
        var numbers = new float[count];
        Compute.SparseSamples.Fill(numbers, new Model.Numerics.RandomSource((ulong)seed).Stream("numbers"), 1);
        return numbers;
    }

    internal static float[] Identity(int size, int blocks = 1, int block = 0)
    {
        var matrix = new float[size * size * blocks];
        for (var index = 0; index < size; index++) matrix[index * size * blocks + block * size + index] = 1;
        return matrix;
    }
}
