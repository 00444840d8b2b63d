using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using MathNet.Numerics.LinearAlgebra;

namespace ActorSparse.Model.Tests.Compute;

/// <summary>Every variant against products by MathNet.Numerics in double precision, over batch sizes and odd shapes.</summary>
public sealed unsafe class KernelTests
{
    private const float Canary = 12345.5f;

    public static TheoryData<string> Variants() => [.. SparseKernels.Available.Select(kernels => kernels.Name)];

    public static TheoryData<string, int, int, double> Shapes()
    {
        var shapes = new TheoryData<string, int, int, double>();
        foreach (var kernels in SparseKernels.Available)
        {
            foreach (var (inputs, outputs, density) in new[]
                     { (1, 1, 1.0), (1, 1, 0.0), (40, 1, 0.5), (1, 40, 0.5), (33, 17, 1.0), (64, 50, 0.03),
                         (200, 90, 0.2), (130, 20, 0.0), (700, 300, 0.05) })
                shapes.Add(kernels.Name, inputs, outputs, density);
        }
        return shapes;
    }

    [Theory, MemberData(nameof(Variants))]
    public void Every_batch_size_gives_the_products(string kernels)
    {
        var (layer, biases) = SparseSamples.Layer(19, 11, 0.4, new RandomSource(1).Stream("layer"));
        using (layer)
        using (biases)
            for (var batch = 1; batch <= 257; batch++) Compare(SparseKernels.Named(kernels), layer, biases, batch, batch + batch % 3);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Every_shape_gives_the_products(string kernels, int inputs, int outputs, double density)
    {
        var (layer, biases) = SparseSamples.Layer(inputs, outputs, density, new RandomSource(2).Stream("layer"));
        using (layer)
        using (biases)
            foreach (var batch in new[] { 1, 2, 3, 7, 8, 16, 31, 128, 129 })
                Compare(SparseKernels.Named(kernels), layer, biases, batch, batch);
    }

    private static void Compare(SparseKernels variant, SparseBlock layer, DenseBlock biases, int batch, int capacity)
    {
        var (inputs, outputs, count) = (layer.Topology.InputCount, layer.Topology.OutputCount, layer.Topology.ConnectionCount);
        var random = new RandomSource(3).Stream("batch", batch);
        // One neuron more than the layer has, as a canary.
        using var x = new ActivationMatrix(inputs + 1, capacity);
        using var z = new ActivationMatrix(outputs + 1, capacity);
        using var dx = new ActivationMatrix(inputs + 1, capacity);
        using var dz = new ActivationMatrix(outputs + 1, capacity);
        using var gradients = new NativeBuffer<float>(count + 2);
        foreach (var matrix in new[] { x, z, dx, dz }) SparseSamples.FillBatch(matrix, batch, random);
        foreach (var matrix in new[] { z, dx }) matrix.Row(matrix.Neurons - 1).Fill(Canary);
        gradients.Span.Fill(Canary);
        var kernels = variant.ForStride(x.Stride);

        kernels.Forward(layer, biases, x, z, 0, outputs);
        kernels.DifferentiateAndPropagate(layer, x, dz, dx, gradients.Pointer + 1, 0, inputs);
        var weights = Weights(layer);
        var what = $"{variant}, {inputs} x {outputs}, batch {batch} of {capacity}";
        var bias = Matrix<double>.Build.Dense(outputs, batch, (row, _) => biases.Values[row]);
        Check(weights * Dense(x, inputs) + bias, z, what + ": z");
        CheckGradients("fused");

        using var index = new TransposedIndex(layer.Topology);
        gradients.Slice(1, count).Clear();
        foreach (var neuron in Enumerable.Range(0, inputs)) dx.Row(neuron).Clear();
        kernels.Differentiate(layer.Topology, x, dz, gradients.Pointer + 1, 0, outputs);
        kernels.Propagate(layer, index, dz, dx, 0, inputs);
        CheckGradients("separate");

        var (separate, separateDx) = (gradients.Span.ToArray(), Values(dx));
        gradients.Slice(1, count).Clear();
        foreach (var neuron in Enumerable.Range(0, inputs)) dx.Row(neuron).Clear();
        kernels.DifferentiateAndPropagate(layer, index, x, dz, dx, gradients.Pointer + 1, 0, inputs / 2);
        kernels.DifferentiateAndPropagate(layer, index, x, dz, dx, gradients.Pointer + 1, inputs / 2, inputs);
        Assert.Equal(separate, gradients.Span.ToArray());
        Assert.Equal(separateDx, Values(dx));

        void CheckGradients(string way)
        {
            Check(weights.Transpose() * Dense(dz, outputs), dx, $"{what}, {way}: dX");
            var outer = Dense(dz, outputs) * Dense(x, inputs).Transpose();
            for (var row = 0; row < outputs; row++)
            {
                for (var position = layer.Topology.RowStart(row); position < layer.Topology.RowStart(row + 1); position++)
                    Close(outer[row, layer.Topology.Columns[position]], gradients[position + 1], batch, $"{what}, {way}: dW");
            }
            Assert.Equal(Canary, gradients[0]);
            Assert.Equal(Canary, gradients[count + 1]);
            foreach (var matrix in new[] { z, dx }) Assert.Equal(-1, matrix.Row(matrix.Neurons - 1).IndexOfAnyExcept(Canary));
        }
    }

    private static float[] Values(ActivationMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Neurons).SelectMany(neuron => matrix.Row(neuron).ToArray())];

    private static Matrix<double> Weights(SparseBlock layer)
    {
        var weights = Matrix<double>.Build.Sparse(layer.Topology.OutputCount, layer.Topology.InputCount);
        for (var row = 0; row < layer.Topology.OutputCount; row++)
        {
            for (var position = layer.Topology.RowStart(row); position < layer.Topology.RowStart(row + 1); position++)
                weights[row, layer.Topology.Columns[position]] = layer.Values[position];
        }
        return weights;
    }

    private static Matrix<double> Dense(ActivationMatrix matrix, int neurons) =>
        Matrix<double>.Build.Dense(neurons, matrix.Batch, (neuron, sample) => matrix.Row(neuron)[sample]);

    private static void Check(Matrix<double> expected, ActivationMatrix actual, string what)
    {
        for (var neuron = 0; neuron < expected.RowCount; neuron++)
        {
            var row = actual.Row(neuron);
            for (var sample = 0; sample < expected.ColumnCount; sample++) Close(expected[neuron, sample], row[sample], 30, what);
        }
    }

    // Rounding of a sum of this many products of size about 1.
    private static void Close(double expected, float actual, int terms, string what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-6 * (2 + terms) + 1e-6 * Math.Abs(expected), $"{what}: {actual}, not {expected}");
}
