using System.Runtime.InteropServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Compute;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>One operator with all that it works on, filled from a seed.</summary>
internal sealed class OperatorRun : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly TensorShape[] _shapes;

    internal OperatorRun(OperatorCase test, int batch, int capacity, string kernels, int threads = 1, bool withInputDeltas = true,
        bool isAdded = false)
        : this(
            test.Spec, test.Shapes, test.Density, batch, capacity, kernels, threads, withInputDeltas, true, test.Rectifier, test.Grouped, isAdded)
    {
    }

    internal OperatorRun(
        OperatorSpec spec, TensorShape[] shapes, double density, int batch, int capacity, string kernels, int threads = 1,
        bool withInputDeltas = true, bool isFilled = true, ActivationSpec? rectifier = null, (bool Inputs, bool Output) grouped = default,
        bool isAdded = false)
    {
        _shapes = shapes;
        var lanes = SparseKernels.Named(kernels).GroupLanes;
        var (inputLanes, outputLanes) = (grouped.Inputs ? lanes : 0, grouped.Output ? lanes : 0);
        _team = new(threads);
        Operator = rectifier is null ? spec.Create(shapes, capacity) : spec.CreateRectified(rectifier, shapes);
        var random = new RandomSource(17).Stream("operator");
        Inputs = [.. shapes.Select(shape => Matrix(shape, batch, capacity, inputLanes))];
        Output = spec.IsView ? Inputs[0] : Matrix(spec.OutputShape(shapes), batch, capacity, outputLanes);
        InputDeltas = [.. shapes.Select(shape => withInputDeltas ? Matrix(shape, batch, capacity, inputLanes) : null)];
        Delta = spec.IsView ? InputDeltas[0]! : Matrix(spec.OutputShape(shapes), batch, capacity, outputLanes);
        if (isFilled)
        {
            foreach (var input in Inputs) SparseSamples.FillBatch(input, batch, random);
            SparseSamples.FillBatch(Delta, batch, random);
            for (var index = 0; isAdded && index < InputDeltas.Length; index++) SparseSamples.FillBatch(InputDeltas[index]!, batch, random);
        }
        // Parameters of their own, whatever the batch.
        random = new RandomSource(18).Stream("operator");
        Layout = spec.Blocks("node", shapes);
        foreach (var block in Layout)
        {
            if (block.IsSparse)
            {
                var (weights, biases) = SparseSamples.Layer(block.Columns, block.Rows, density, random);
                biases.Dispose();
                Sparse.Add(weights);
                continue;
            }
            var dense = new DenseBlock(block.Rows);
            SparseSamples.Fill(dense.Values.Span, random, 1);
            if (block.IsRunningAverage) foreach (ref var value in dense.Values.Span) value = Math.Abs(value) + 0.1f;
            Dense.Add(dense);
        }
        SparseGradients = [.. Sparse.Select(block => new NativeBuffer<float>(block.Values.Length))];
        DenseGradients = [.. Dense.Select(block => new NativeBuffer<float>(block.Values.Length))];
        Pass = new(_team, SparseKernels.Named(kernels), Inputs, Output, InputDeltas, Delta) 
        {
            IsTraining = true,
            AddedInputDeltas = isAdded ? [.. shapes.Select(_ => true)] : [],
        };
        SetParameters();
    }

    internal Operator Operator { get; }

    internal OperatorPass Pass { get; }

    internal IReadOnlyList<BlockLayout> Layout { get; }

    internal ActivationMatrix[] Inputs { get; }

    internal ActivationMatrix Output { get; }

    internal ActivationMatrix?[] InputDeltas { get; }

    internal ActivationMatrix Delta { get; }

    internal List<SparseBlock> Sparse { get; } = [];

    internal List<DenseBlock> Dense { get; } = [];

    internal NativeBuffer<float>[] SparseGradients { get; private set; }

    internal NativeBuffer<float>[] DenseGradients { get; }

    /// <summary>Forward and backward; returns the gradient by the output that the backward pass began with.</summary>
    internal float[][] Train()
    {
        Operator.Forward(Pass);
        var delta = Samples(Delta);
        Operator.Backward(Pass);
        return delta;
    }

    /// <summary>Puts a block with all possible connections in the place of a sparse one; those that were not there get value 0.</summary>
    internal void FillConnections(int block)
    {
        var old = Sparse[block];
        using var topology = Full(old.Topology.InputCount, old.Topology.OutputCount);
        var full = new SparseBlock(topology);
        Weights(old).CopyTo(full.Values.Span);
        Sparse[block] = full;
        old.Dispose();
        SparseGradients[block].Dispose();
        SparseGradients[block] = new(full.Values.Length);
        SetParameters();
    }

    internal static Topology Full(int inputs, int outputs)
    {
        var (starts, columns) = (new NativeBuffer<int>(outputs + 1), new NativeBuffer<int>((long)inputs * outputs));
        for (var row = 0; row <= outputs; row++) starts[row] = row * inputs;
        for (var index = 0; index < columns.Length; index++) columns[index] = index % inputs;
        return new(inputs, outputs, starts, columns);
    }

    /// <summary>All weights of a block, row by row, those that do not exist 0.</summary>
    internal static float[] Weights(SparseBlock block) => Spread(block.Topology, block.Values.Span);

    /// <summary>Numbers of connections at their places in the whole matrix.</summary>
    internal static float[] Spread(Topology topology, Span<float> values)
    {
        var all = new float[topology.OutputCount * topology.InputCount];
        for (var row = 0; row < topology.OutputCount; row++)
        {
            var columns = topology.Row(row);
            for (var index = 0; index < columns.Length; index++)
                all[row * topology.InputCount + columns[index]] = values[topology.RowStart(row) + index];
        }
        return all;
    }

    internal OracleData Oracle() => new()
    {
        Shapes = _shapes,
        Inputs = [.. Inputs.Select(matrix => Samples(matrix).Select(Doubles).ToArray())],
        Sparse = [.. Sparse.Select(block => Doubles(Weights(block)))],
        Dense = [.. Dense.Select(block => Doubles(block.Values.Span.ToArray()))],
    };

    internal static float[][] Samples(ActivationMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Batch).Select(b => Enumerable.Range(0, matrix.Neurons).Select(n => matrix[n, b]).ToArray())];

    /// <summary>All that the passes wrote, bit for bit.</summary>
    internal byte[] Bits()
    {
        var all = new List<byte>();
        foreach (var matrix in InputDeltas.Append(Output))
            if (matrix is not null)
                foreach (var sample in Samples(matrix)) all.AddRange(MemoryMarshal.AsBytes(sample.AsSpan()));
        foreach (var gradients in SparseGradients.Concat(DenseGradients)) all.AddRange(MemoryMarshal.AsBytes(gradients.Span));
        return [.. all];
    }

    internal unsafe void AssertPaddingIsZero()
    {
        foreach (var matrix in InputDeltas.Append(Output).Append(Delta))
        {
            if (matrix is null) continue;
            var lanes = matrix.IsGrouped ? matrix.Floats / matrix.Neurons : matrix.Stride;
            for (var neuron = 0; neuron < matrix.Neurons; neuron++)
                for (var lane = matrix.Batch; lane < lanes; lane++)
                    Assert.True(
                        matrix.Pointer[neuron * (long)matrix.Stride + matrix.LaneOffset(lane)] == 0, $"neuron {neuron}, lane {lane} is not 0");
        }
    }

    public void Dispose()
    {
        Operator.Dispose();
        _team.Dispose();
        foreach (var matrix in Inputs.Concat(InputDeltas).Append(Output).Append(Delta)) matrix?.Dispose();
        foreach (var block in Sparse) block.Dispose();
        foreach (var block in Dense) block.Dispose();
        foreach (var gradients in SparseGradients.Concat(DenseGradients)) gradients.Dispose();
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static ActivationMatrix Matrix(TensorShape shape, int batch, int capacity, int groupLanes)
    {
        var matrix = new ActivationMatrix(shape.Count, capacity, groupLanes);
        matrix.SetBatch(batch);
        return matrix;
    }

    private void SetParameters() =>
        (Pass.Sparse, Pass.Dense, Pass.SparseGradients, Pass.DenseGradients) = (Sparse, Dense, SparseGradients, DenseGradients);
}
