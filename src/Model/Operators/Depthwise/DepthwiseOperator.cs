using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Depthwise;

/// <summary>Computes <see cref="DepthwiseSpec"/>; threads share the channels.</summary>
internal sealed class DepthwiseOperator : Operator
{
    private readonly KernelPlaces _places;
    private readonly bool _hasBias;

    internal DepthwiseOperator(KernelPlaces places, bool hasBias) => (_places, _hasBias) = (places, hasBias);

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var biases = _hasBias ? pass.Dense[0] : null;
        Multiply(pass, biases, pass.Inputs[0], pass.Output, isBackward: false);
        // A bias reaches the lanes beyond the batch too.
        if (_hasBias) pass.Run(pass.Output, pass.Output.Neurons, static (output, first, end) => output.ClearPadding(first, end));
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        Differentiate(pass, pass.Sparse[0].Topology, pass.SparseGradients[0], _hasBias ? pass.DenseGradients[0] : null);
        if (pass.InputDeltas[0] is { } inputDelta) Multiply(pass, null, inputDelta, pass.Delta, isBackward: true);
    }

    /// <inheritdoc/>
    public override void Differentiate(OperatorPass pass, int block, Topology topology, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentOutOfRangeException.ThrowIfNotEqual(block, 0);
        Differentiate(pass, topology, gradients, null);
    }

    /// <inheritdoc/>
    /// <remarks>A place of the kernels meets another activation in every channel: each is a term of its own.</remarks>
    public override int TermsPerGradient(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return checked(_places.Output.Count * pass.Batch);
    }

    /// <inheritdoc/>
    public override void SumTerms(OperatorPass pass, int block, ReadOnlySpan<float> signs, Span<double> inputs, Span<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(pass);
        for (var place = 0; place < inputs.Length; place++) inputs[place] = SumInputs(pass, place, signs);
        var positions = _places.Output.Positions;
        for (var channel = 0; channel < outputs.Length; channel++)
        {
            outputs[channel] = 0;
            for (var neuron = channel * positions; neuron < (channel + 1) * positions; neuron++)
                outputs[channel] += GuidanceSums.Sum(pass.Delta, neuron, signs, neuron);
        }
    }

    private void Multiply(
        OperatorPass pass, Parameters.DenseBlock? biases, ActivationMatrix input, ActivationMatrix output, bool isBackward) =>
        pass.Run((kernels: pass.Kernels.ForStride(output.Stride), _places, weights: pass.Sparse[0], biases, input, output, isBackward),
            _places.Input.Channels, static (all, first, end) => all.kernels.Dispatch(
                new DepthwisePass(all._places, all.weights, all.biases, all.input, all.output, all.isBackward, first, end)));

    private void Differentiate(OperatorPass pass, Topology topology, NativeBuffer<float> gradients, NativeBuffer<float>? biasGradients) =>
        pass.Run((kernels: pass.Kernels.ForStride(pass.Delta.Stride), _places, topology, pass, gradients, biasGradients),
            _places.Input.Channels, static (all, first, end) => all.kernels.Dispatch(new DepthwiseGradientPass(
                all._places, all.topology, all.pass.Inputs[0], all.pass.Delta, all.gradients, all.biasGradients, first, end)));

    // What one place of the kernels sees, over all channels and positions of the output; the border is 0.
    private double SumInputs(OperatorPass pass, int place, ReadOnlySpan<float> signs)
    {
        var (dy, dx) = Math.DivRem(place, _places.Kernel);
        var (start, stop, source) = _places.Columns(dx);
        double sum = 0;
        for (var outputRow = 0; outputRow < _places.Input.Channels * _places.Output.Height; outputRow++)
        {
            var (channel, y) = Math.DivRem(outputRow, _places.Output.Height);
            var row = _places.Row(y, dy);
            if (row < 0) continue;
            var first = (channel * _places.Input.Height + row) * _places.Input.Width + source;
            for (var column = start; column < stop; column++)
                sum += GuidanceSums.Sum(
                    pass.Inputs[0], first + (column - start) * _places.Stride, signs, outputRow * _places.Output.Width + column);
        }
        return sum;
    }
}
