using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators.Activations;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Computes <see cref="BatchNormSpec"/>, with a rectifier after it if there is one; keeps mean and variance of every channel.
/// </summary>
internal sealed unsafe class BatchNormOperator : Operator
{
    // Of the numbers that tell roughly where the mean is.
    private const int SamplesOfCenter = 16;

    private readonly TensorShape _shape;
    private readonly ActivationSpec? _rectifier;
    private readonly NativeBuffer<float> _means, _inverses, _variances;

    internal BatchNormOperator(TensorShape shape, ActivationSpec? rectifier = null)
    {
        (_shape, _rectifier) = (shape, rectifier);
        (_means, _inverses, _variances) = (new(shape.Channels), new(shape.Channels), new(shape.Channels));
    }

    /// <inheritdoc/>
    public override long Bytes => _means.Bytes + _inverses.Bytes + _variances.Bytes;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        pass.Run((Operator: this, pass), _shape.Channels, static (all, first, end) =>
        {
            for (var channel = first; channel < end; channel++) all.Operator.Normalise(all.pass, channel);
        });
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        pass.Run((Operator: this, pass), _shape.Channels, static (all, first, end) =>
        {
            for (var channel = first; channel < end; channel++) all.Operator.Differentiate(all.pass, channel);
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _means.Dispose();
            _inverses.Dispose();
            _variances.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Normalise(OperatorPass pass, long channel)
    {
        var (input, offset) = (pass.Inputs[0], channel * _shape.Positions * pass.Inputs[0].Stride);
        if (pass.IsTraining)
        {
            float* x = input.Pointer + offset;
            double* sums = stackalloc double[2];
            var center = CenterOf(input, x);
            Sum(pass, new Deviations(center), input, input, offset, sums);
            var count = (double)_shape.Positions * input.Batch;
            _means[channel] = (float)(center + sums[0] / count);
            var squares = Math.Max(0, sums[1] - sums[0] * sums[0] / count);
            _inverses[channel] = Inverse(squares / count);
            _variances[channel] = (float)(squares / Math.Max(1, count - 1));
        }
        else
        {
            _means[channel] = pass.Dense[2].Values[channel];
            // Differences of local steps may have taken one that is nearly 0 below it.
            _inverses[channel] = Inverse(Math.Max(0, pass.Dense[3].Values[channel]));
        }
        var normalise = NormalisationOf(pass, channel);
        switch (_rectifier)
        {
            case null:
                Map(pass, new NormaliseMap<Unchanged>(normalise, default), input, input, pass.Output, offset);
                break;
            case { Function: ElementFunction.Relu }:
                Map(pass, new NormaliseMap<Relu>(normalise, default), input, input, pass.Output, offset);
                break;
            default:
                Map(pass, new NormaliseMap<LeakyRelu>(normalise, new(_rectifier.Slope)), input, input, pass.Output, offset);
                break;
        }
    }

    private void Differentiate(OperatorPass pass, long channel)
    {
        if (_rectifier is null) Differentiate(pass, channel, default(Unchanged));
        else Differentiate(pass, channel, new LeakyReluGradient(_rectifier.Slope));
    }

    private void Differentiate<TGradient>(OperatorPass pass, long channel, TGradient gradient) where TGradient : struct, IElementMap
    {
        var (input, delta, inputDelta) = (pass.Inputs[0], pass.Delta, pass.InputDeltas[0]);
        var offset = channel * _shape.Positions * input.Stride;
        var normalise = NormalisationOf(pass, channel);
        double* sums = stackalloc double[2];
        Sum(pass, new GradientTerms<TGradient>(normalise, gradient), input, delta, offset, sums);
        var (gradients, products) = (sums[0], sums[1] * _inverses[channel]);
        pass.DenseGradients[0][channel] = (float)products;
        pass.DenseGradients[1][channel] = (float)gradients;
        pass.DenseGradients[2][channel] = _means[channel];
        pass.DenseGradients[3][channel] = _variances[channel];
        if (inputDelta is null) return;
        double slope = normalise.Slope, count = (double)_shape.Positions * input.Batch;
        var (shared, leaning) = ((float)(slope * gradients / count), (float)(slope * products / count * _inverses[channel]));
        Map(pass, new NormaliseGradientMap<TGradient>(normalise, shared, leaning, gradient), input, delta, inputDelta, offset);
    }

    private Normalisation NormalisationOf(OperatorPass pass, long channel) =>
        new(_means[channel], _inverses[channel] * pass.Dense[0].Values[channel], pass.Dense[1].Values[channel]);

    private void Sum<TTerms>(
        OperatorPass pass, TTerms terms, ActivationMatrix x, ActivationMatrix dy, long offset, double* sums)
        where TTerms : struct, IChannelTerms
    {
        var (most, last, lastOffset) = Plane.Of(x, _shape.Positions);
        var kernels = pass.Kernels.ForStride(x.Stride);
        (sums[0], sums[1]) = (0, 0);
        kernels.Dispatch(new ChannelSumsPass<TTerms>(most, terms, x.Pointer + offset, dy.Pointer + offset, sums));
        if (last.Rows == 0) return;
        offset += lastOffset;
        kernels.Dispatch(new ChannelSumsPass<TTerms>(last, terms, x.Pointer + offset, dy.Pointer + offset, sums));
    }

    private void Map<TMap>(
        OperatorPass pass, TMap map, ActivationMatrix x, ActivationMatrix dy, ActivationMatrix target, long offset)
        where TMap : struct, IElementMap
    {
        var (most, last, lastOffset) = Plane.Of(x, _shape.Positions);
        var kernels = pass.Kernels.ForStride(x.Stride);
        kernels.Dispatch(new ChannelMapPass<TMap>(most, map, x.Pointer + offset, dy.Pointer + offset, target.Pointer + offset));
        if (last.Rows == 0) return;
        offset += lastOffset;
        kernels.Dispatch(new ChannelMapPass<TMap>(last, map, x.Pointer + offset, dy.Pointer + offset, target.Pointer + offset));
    }

    // Sums of deviations from it cancel little.
    private static float CenterOf(ActivationMatrix input, float* x)
    {
        double sum = 0;
        var count = Math.Min(SamplesOfCenter, input.Batch);
        for (var sample = 0; sample < count; sample++) sum += x[sample];
        return (float)(sum / count);
    }

    private static float Inverse(double variance) => (float)(1 / Math.Sqrt(variance + BatchNormSpec.Epsilon));
}
