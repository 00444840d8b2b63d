using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// A convolution with sparse weights: connections only, never a matrix or a mask. Activations are channel-major, then rows, then columns of
/// the image, samples innermost (<see cref="ConvolutionShape"/>). Results depend neither on the number of threads nor on their timing:
/// every sum has one order. What a pass needs beyond its arguments (windows, and the order of connections) is kept from one to the next,
/// and the passes allocate nothing while topologies stay the same. One caller at a time.
/// </summary>
internal sealed unsafe class SparseConvolution : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly bool _ownsTeam;
    private readonly ConvolutionKernels _kernels;
    private readonly int _capacity;

    /// <summary>
    /// For batches of up to <paramref name="capacity"/> samples: the capacity of the matrices that the passes get. Uses
    /// <paramref name="kernels"/>, or the best ones, on <paramref name="threads"/> threads, the caller's included.
    /// </summary>
    public SparseConvolution(ConvolutionShape shape, int capacity, SparseKernels? kernels = null, int threads = 1)
        : this(shape, capacity, kernels ?? SparseKernels.Best, new ThreadTeam(threads)) => _ownsTeam = true;

    /// <summary>As above, on threads of the caller's.</summary>
    internal SparseConvolution(ConvolutionShape shape, int capacity, SparseKernels kernels, ThreadTeam team)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        _team = team;
        _capacity = capacity;
        _kernels = ConvolutionKernels.Create(kernels.ForStride(ActivationMatrix.StrideFor(capacity)), shape, capacity, team);
    }

    /// <summary>What is computed from what.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>Bytes held from one pass to the next.</summary>
    public long Bytes => _kernels.Bytes;

    /// <summary>
    /// z = W * x + b for the batch in <paramref name="input"/>; <paramref name="output"/> gets the same batch, lanes beyond it zero.
    /// </summary>
    /// <param name="weights">C_out rows, C_in k k columns.</param>
    /// <param name="biases">C_out values, or null for none.</param>
    /// <param name="input">C_in H W neurons; lanes beyond the batch are zero.</param>
    /// <param name="output">C_out H' W' neurons.</param>
    /// <exception cref="ArgumentException">Something has another shape, or the matrices have another capacity than this.</exception>
    public void Forward(SparseBlock weights, DenseBlock? biases, ActivationMatrix input, ActivationMatrix output)
    {
        ArgumentNullException.ThrowIfNull(weights);
        CheckTopology(weights.Topology);
        CheckMatrix(input, Shape.InputNeurons, nameof(input));
        CheckMatrix(output, Shape.OutputNeurons, nameof(output));
        if (biases is not null && biases.Values.Length != Shape.OutputChannels)
            throw new ArgumentException($"{biases.Values.Length} biases for {Shape.OutputChannels} output channels", nameof(biases));
        output.SetBatch(input.Batch);
        _kernels.Forward(weights, biases, input, output);
    }

    /// <summary>
    /// dX = W' * dZ, the gradient by the input, for the batch in <paramref name="delta"/>; <paramref name="inputDelta"/> gets the same
    /// batch, lanes beyond it zero.
    /// </summary>
    /// <param name="weights">C_out rows, C_in k k columns.</param>
    /// <param name="delta">Gradient by z: C_out H' W' neurons; lanes beyond the batch are zero.</param>
    /// <param name="inputDelta">C_in H W neurons.</param>
    /// <param name="isAdded">Whether dX is added to what is there.</param>
    /// <exception cref="ArgumentException">Something has another shape, or the matrices have another capacity than this.</exception>
    public void Propagate(SparseBlock weights, ActivationMatrix delta, ActivationMatrix inputDelta, bool isAdded = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        CheckTopology(weights.Topology);
        CheckMatrix(delta, Shape.OutputNeurons, nameof(delta));
        CheckMatrix(inputDelta, Shape.InputNeurons, nameof(inputDelta));
        inputDelta.SetBatch(delta.Batch);
        _kernels.Propagate(weights, delta, inputDelta, isAdded);
    }

    /// <summary><see cref="Propagate"/> and <see cref="Differentiate"/> of the weights' own connections, the same bits in less time.</summary>
    /// <param name="weights">C_out rows, C_in k k columns.</param>
    /// <param name="input">C_in H W neurons; lanes beyond the batch are zero.</param>
    /// <param name="delta">Gradient by z, of the same batch: C_out H' W' neurons; lanes beyond the batch are zero.</param>
    /// <param name="inputDelta">C_in H W neurons.</param>
    /// <param name="gradients">Takes a gradient for each connection, in their order.</param>
    /// <param name="isAdded">Whether dX is added to what is there.</param>
    /// <exception cref="ArgumentException">Something has another shape, or the matrices have another capacity than this.</exception>
    public void Backward(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, NativeBuffer<float> gradients,
        bool isAdded = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        CheckDifferentiation(weights.Topology, input, delta, gradients);
        CheckMatrix(inputDelta, Shape.InputNeurons, nameof(inputDelta));
        inputDelta.SetBatch(delta.Batch);
        _kernels.Backward(weights, input, delta, inputDelta, gradients.Pointer, isAdded);
    }

    /// <summary>
    /// dW, the gradient by each connection of <paramref name="topology"/>: the weights' own, or candidates. A connection gets the same bits
    /// either way.
    /// </summary>
    /// <param name="topology">Connections: C_out rows, C_in k k columns.</param>
    /// <param name="input">C_in H W neurons; lanes beyond the batch are zero.</param>
    /// <param name="delta">Gradient by z, of the same batch: C_out H' W' neurons; lanes beyond the batch are zero.</param>
    /// <param name="gradients">Takes a gradient for each connection, in their order.</param>
    /// <exception cref="ArgumentException">Something has another shape, or the matrices have another capacity than this.</exception>
    public void Differentiate(Topology topology, ActivationMatrix input, ActivationMatrix delta, NativeBuffer<float> gradients)
    {
        CheckDifferentiation(topology, input, delta, gradients);
        _kernels.Differentiate(topology, input, delta, gradients.Pointer);
    }

    /// <summary>The gradient by each bias: the sum over samples and positions.</summary>
    /// <param name="delta">Gradient by z: C_out H' W' neurons; lanes beyond the batch are zero.</param>
    /// <param name="gradients">Takes C_out values.</param>
    /// <exception cref="ArgumentException">Something has another shape, or the matrix has another capacity than this.</exception>
    public void DifferentiateBiases(ActivationMatrix delta, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        CheckMatrix(delta, Shape.OutputNeurons, nameof(delta));
        if (gradients.Length != Shape.OutputChannels)
            throw new ArgumentException($"room for {gradients.Length} gradients of {Shape.OutputChannels} biases", nameof(gradients));
        _team.Run((Convolution: this, delta, gradients), static (pass, member) =>
        {
            var convolution = pass.Convolution;
            var (first, end) = convolution._team.Share(convolution.Shape.OutputChannels, member);
            convolution._kernels.SumChannels(pass.delta, pass.gradients.Pointer, (int)first, (int)end);
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernels.Dispose();
        if (_ownsTeam) _team.Dispose();
    }

    private void CheckDifferentiation(
        Topology topology, ActivationMatrix input, ActivationMatrix delta, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(gradients);
        CheckTopology(topology);
        CheckMatrix(input, Shape.InputNeurons, nameof(input));
        CheckMatrix(delta, Shape.OutputNeurons, nameof(delta));
        if (input.Batch != delta.Batch)
            throw new ArgumentException($"inputs of {input.Batch} samples and gradients of {delta.Batch}", nameof(delta));
        if (gradients.Length != topology.ConnectionCount)
            throw new ArgumentException(
                $"room for {gradients.Length} gradients of {topology.ConnectionCount} connections", nameof(gradients));
    }

    private void CheckTopology(Topology topology)
    {
        if (topology.OutputCount != Shape.OutputChannels || topology.InputCount != Shape.Columns)
            throw new ArgumentException(
                $"weights of {topology.OutputCount} x {topology.InputCount}; a convolution of {Shape} needs " +
                $"{Shape.OutputChannels} x {Shape.Columns}");
    }

    private void CheckMatrix(ActivationMatrix matrix, int neurons, string name)
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        if (matrix.Neurons != neurons)
            throw new ArgumentException($"{matrix.Neurons} neurons; a convolution of {Shape} needs {neurons}", name);
        if (matrix.Capacity != _capacity)
            throw new ArgumentException($"capacity {matrix.Capacity}, which is another than the convolution was made for", name);
    }
}
