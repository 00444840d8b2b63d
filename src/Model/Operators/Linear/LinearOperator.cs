using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Linear;

/// <summary>Computes <see cref="LinearSpec"/>, in the order of sums that chains of layers have always had.</summary>
internal sealed unsafe class LinearOperator : Operator
{
    private readonly LinearSpec _spec;
    private readonly SparseMap _map = new();
    private BitPlane? _positive, _kept;
    private HalfActivations? _halfInput, _halfDelta;
    private bool _isHalf;
    private NeuronFunction _function;

    internal LinearOperator(LinearSpec spec) => _spec = spec;

    /// <inheritdoc/>
    public override long Bytes => _map.Bytes + (_positive?.Bytes ?? 0) + (_kept?.Bytes ?? 0)
        + (_halfInput?.Bytes ?? 0) + (_halfDelta?.Bytes ?? 0);

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (input, output) = (pass.Inputs[0], pass.Output);
        var dropout = _spec.Dropout && pass.IsTraining ? pass.Dropout : Dropout.None;
        _function = new(_spec.Activation.Kind, _spec.Activation.Slope, dropout);
        var positive = pass.IsTraining && _function.NeedsSign ? _positive ??= new(output) : null;
        var kept = dropout.IsActive ? _kept ??= new(output) : null;
        var kernels = pass.Kernels.ForStride(input.Stride);
        var halfInput = HalveInput(pass, kernels);
        pass.Run(
            (kernels, weights: pass.Sparse[0], biases: _map.BiasesOf(pass), input, halfInput, output, function: _function, positive, kept,
                hasFunction: HasFunction), output.Neurons,
            static (all, first, end) =>
            {
                if (all.halfInput is { } half) all.kernels.Forward(all.weights, all.biases, half, all.output, (int)first, (int)end);
                else all.kernels.Forward(all.weights, all.biases, all.input, all.output, (int)first, (int)end);
                if (all.hasFunction) all.kernels.Activate(all.function, all.output, all.positive, all.kept, (int)first, (int)end);
                else all.output.ClearPadding(first, end);
            });
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var halfDelta = _isHalf ? _halfDelta ??= new(pass.Delta) : null;
        MultiplyByDerivative(pass, _spec.Bias ? pass.DenseGradients[0] : null, halfDelta);
        var kernels = pass.Kernels.ForStride(pass.Inputs[0].Stride);
        if (halfDelta is not null) _map.Backward(pass, kernels, _halfInput!, halfDelta);
        else _map.Backward(pass, kernels, pass.Sparse[0], pass.Inputs[0], pass.Delta, pass.InputDeltas[0], pass.SparseGradients[0]);
    }

    /// <summary>
    /// For a batch of one sample: from the gradient by the output to that by the input, and a step along those by all parameters, which are
    /// not stored. Says whether the gradient by z is finite; if it is not the parameters stay as they are.
    /// </summary>
    internal bool TryDescend(OperatorPass pass, SgdStep step, SgdStep biasStep)
    {
        MultiplyByDerivative(pass, biases: null, half: null);
        if (!FiniteCheck.IsFinite(pass.Delta.Pointer, pass.Delta.Neurons)) return false;
        var kernels = pass.Kernels.ForStride(1);
        pass.RunEach((pass, kernels, step, biasStep), static (all, member) =>
        {
            var (pass, kernels, weights) = (all.pass, all.kernels, all.pass.Sparse[0]);
            var (firstRow, endRow) = pass.Share(weights.Topology.OutputCount, member);
            if (pass.InputDeltas[0] is { } inputDelta)
            {
                var (firstColumn, endColumn) = pass.Share(weights.Topology.InputCount, member);
                kernels.PropagateAndStep(weights, pass.Inputs[0], pass.Delta, inputDelta, all.step, (int)firstColumn, (int)endColumn);
            }
            else
            {
                kernels.Step(weights, pass.Inputs[0], pass.Delta, all.step, (int)firstRow, (int)endRow);
            }
            if (pass.Dense.Count == 0) return;
            // Of one sample the gradient by z is that by the bias.
            var biases = pass.Dense[0];
            pass.Kernels.Update(
                biases.Values.Pointer + firstRow, biases.Velocities.Pointer + firstRow, pass.Delta.Pointer + firstRow, endRow - firstRow,
                all.biasStep);
        });
        return true;
    }

    /// <inheritdoc/>
    public override void Differentiate(OperatorPass pass, int block, Topology topology, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentOutOfRangeException.ThrowIfNotEqual(block, 0);
        var kernels = pass.Kernels.ForStride(pass.Inputs[0].Stride);
        if (_isHalf) SparseMap.Differentiate(pass, kernels, topology, _halfInput!, _halfDelta!, gradients);
        else SparseMap.Differentiate(pass, kernels, topology, pass.Inputs[0], pass.Delta, gradients);
    }

    /// <inheritdoc/>
    public override void SumTerms(OperatorPass pass, int block, ReadOnlySpan<float> signs, Span<double> inputs, Span<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(pass);
        GuidanceSums.Sum(pass.Inputs[0], signs, inputs);
        GuidanceSums.Sum(pass.Delta, signs, outputs);
    }

    /// <summary>The sparse products of a forward pass and nothing else, for benchmarks.</summary>
    internal void ForwardProducts(OperatorPass pass) =>
        pass.Run(
            (kernels: pass.Kernels.ForStride(pass.Output.Stride), weights: pass.Sparse[0], biases: _map.BiasesOf(pass), input: pass.Inputs[0],
                output: pass.Output), pass.Output.Neurons,
            static (all, first, end) => all.kernels.Forward(all.weights, all.biases, all.input, all.output, (int)first, (int)end));

    /// <summary>The sparse products of a backward pass and nothing else, for benchmarks.</summary>
    internal void BackwardProducts(OperatorPass pass) => _map.Backward(
        pass, pass.Kernels.ForStride(pass.Output.Stride), pass.Sparse[0], pass.Inputs[0], pass.Delta, pass.InputDeltas[0],
        pass.SparseGradients[0]);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _map.Dispose();
            _positive?.Dispose();
            _kept?.Dispose();
            _halfInput?.Dispose();
            _halfDelta?.Dispose();
        }
        base.Dispose(disposing);
    }

    // The input in 16 bits, if training is to read it so. Not where the way back scatters gradients: then memory binds, not what is read.
    private HalfActivations? HalveInput(OperatorPass pass, SparseKernels kernels)
    {
        var input = pass.Inputs[0];
        _isHalf = pass.IsTraining && pass.Format == FloatFormat.Bf16 && kernels.CanHalve(input) && kernels.CanHalve(pass.Output)
            && TransposedIndex.IsWorthwhile(pass.Sparse[0].Topology, input.Capacity);
        if (!_isHalf) return null;
        _halfInput ??= new(input);
        pass.Run((kernels, input, half: _halfInput), input.Neurons, static (all, first, end) =>
            all.kernels.Halve(all.input, all.half, (int)first, (int)end));
        return _halfInput;
    }

    // The gradient by the output becomes that by z, and where asked for in 16 bits, too; its sums over the batch are the gradient by the biases.
    private void MultiplyByDerivative(OperatorPass pass, NativeBuffer<float>? biases, HalfActivations? half)
    {
        var (output, delta, kernels) = (pass.Output, pass.Delta, pass.Kernels.ForStride(pass.Inputs[0].Stride));
        var function = HasFunction ? (NeuronFunction?)_function : null;
        var (positive, kept) = (_function.NeedsSign ? _positive : null, _function.Dropout.IsActive ? _kept : null);
        pass.Run((kernels, function, output, positive, kept, delta, biases, half), delta.Neurons, static (all, first, end) =>
        {
            if (all.function is { } function)
                all.kernels.MultiplyByDerivative(function, all.output, all.positive, all.kept, all.delta, (int)first, (int)end);
            if (all.biases is not null) all.kernels.SumSamples(all.delta, all.biases.Pointer, (int)first, (int)end);
            if (all.half is not null) all.kernels.Halve(all.delta, all.half, (int)first, (int)end);
        });
    }

    // The identity without dropout leaves everything as it is.
    private bool HasFunction => _function.Kind != ActivationKind.Identity || _function.Dropout.IsActive;
}
