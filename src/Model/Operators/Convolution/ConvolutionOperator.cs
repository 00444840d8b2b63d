using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>Computes <see cref="ConvolutionSpec"/>.</summary>
internal sealed unsafe class ConvolutionOperator : Operator
{
    private readonly ConvolutionShape _shape;
    private readonly int _batchCapacity;
    private readonly bool _hasBias;
    private SparseConvolution? _convolution;
    private OperatorPass? _madeFor;

    internal ConvolutionOperator(ConvolutionShape shape, int batchCapacity, bool hasBias) =>
        (_shape, _batchCapacity, _hasBias) = (shape, batchCapacity, hasBias);

    /// <inheritdoc/>
    public override long Bytes => _convolution?.Bytes ?? 0;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass) =>
        On(pass).Forward(pass.Sparse[0], _hasBias ? pass.Dense[0] : null, pass.Inputs[0], pass.Output);

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        var convolution = On(pass);
        if (pass.InputDeltas[0] is { } inputDelta)
            convolution.Backward(pass.Sparse[0], pass.Inputs[0], pass.Delta, inputDelta, pass.SparseGradients[0], pass.AddsTo(0));
        else convolution.Differentiate(pass.Sparse[0].Topology, pass.Inputs[0], pass.Delta, pass.SparseGradients[0]);
        if (_hasBias) convolution.DifferentiateBiases(pass.Delta, pass.DenseGradients[0]);
    }

    /// <inheritdoc/>
    public override void Differentiate(OperatorPass pass, int block, Topology topology, NativeBuffer<float> gradients)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(block, 0);
        On(pass).Differentiate(topology, pass.Inputs[0], pass.Delta, gradients);
    }

    /// <inheritdoc/>
    public override int TermsPerGradient(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return _shape.OutputHeight * _shape.OutputWidth * pass.Batch;
    }

    /// <inheritdoc/>
    public override void SumTerms(OperatorPass pass, int block, ReadOnlySpan<float> signs, Span<double> inputs, Span<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(pass);
        fixed (float* signsPointer = signs)
        fixed (double* inputsPointer = inputs, outputsPointer = outputs)
        {
            pass.Run((Operator: this, pass, Signs: (nint)signsPointer, signs.Length, Inputs: (nint)inputsPointer), inputs.Length,
                static (all, first, end) =>
                {
                    for (var column = first; column < end; column++)
                        ((double*)all.Inputs)[column] =
                            all.Operator.SumInputs(all.pass, (int)column, new((float*)all.Signs, all.Length));
                });
            pass.Run((Operator: this, pass, Signs: (nint)signsPointer, signs.Length, Outputs: (nint)outputsPointer), outputs.Length,
                static (all, first, end) =>
                {
                    for (var channel = first; channel < end; channel++)
                        ((double*)all.Outputs)[channel] =
                            all.Operator.SumOutputs(all.pass, (int)channel, new((float*)all.Signs, all.Length));
                });
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _convolution?.Dispose();
        base.Dispose(disposing);
    }

    // Made on the first pass, which brings threads and instruction set.
    private SparseConvolution On(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (ReferenceEquals(pass, _madeFor)) return _convolution!;
        _convolution?.Dispose();
        _madeFor = pass;
        return _convolution = new(_shape, _batchCapacity, pass.Kernels, pass.Team);
    }

    // What one place of the kernels sees of one channel, over all positions of the output; the border is 0.
    private double SumInputs(OperatorPass pass, int column, ReadOnlySpan<float> signs)
    {
        var (places, kernel) = (_shape.KernelSize * _shape.KernelSize, _shape.KernelSize);
        var (channel, dy, dx) = (column / places, column % places / kernel, column % kernel);
        double sum = 0;
        for (var row = 0; row < _shape.OutputHeight; row++)
        {
            var y = row * _shape.Stride + dy - _shape.Padding;
            if (y < 0 || y >= _shape.InputHeight) continue;
            for (var place = 0; place < _shape.OutputWidth; place++)
            {
                var x = place * _shape.Stride + dx - _shape.Padding;
                if (x < 0 || x >= _shape.InputWidth) continue;
                var neuron = (channel * _shape.InputHeight + y) * _shape.InputWidth + x;
                sum += GuidanceSums.Sum(pass.Inputs[0], neuron, signs, row * _shape.OutputWidth + place);
            }
        }
        return sum;
    }

    private double SumOutputs(OperatorPass pass, int channel, ReadOnlySpan<float> signs)
    {
        double sum = 0;
        var positions = _shape.OutputHeight * _shape.OutputWidth;
        for (var position = 0; position < positions; position++)
            sum += GuidanceSums.Sum(pass.Delta, channel * positions + position, signs, position);
        return sum;
    }
}
