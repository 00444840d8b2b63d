using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>Computes <see cref="BatchNormSpec"/>; keeps mean and variance of every channel.</summary>
public sealed unsafe class BatchNormOperator : Operator
{
    // One vector of the widest kind.
    private const int Lanes = 16;

    private readonly TensorShape _shape;
    private readonly NativeBuffer<float> _means, _inverses, _variances;

    internal BatchNormOperator(TensorShape shape)
    {
        _shape = shape;
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
        var (input, output) = (pass.Inputs[0], pass.Output);
        var offset = channel * _shape.Positions * input.Stride;
        var plane = Plane.Of(input, _shape.Positions);
        var kernels = pass.Kernels.ForStride(plane.Stride);
        if (pass.IsTraining)
        {
            var count = (double)_shape.Positions * input.Batch;
            _means[channel] = (float)(PlaneSums.Sum(kernels, plane, input.Pointer + offset) / count);
            var squares = PlaneSums.Squares(kernels, plane, input.Pointer + offset, _means[channel]);
            _inverses[channel] = Inverse(squares / count);
            _variances[channel] = (float)(squares / Math.Max(1, count - 1));
        }
        else
        {
            _means[channel] = pass.Dense[2].Values[channel];
            _inverses[channel] = Inverse(pass.Dense[3].Values[channel]);
        }
        var statistics = stackalloc float[2 * Lanes];
        kernels.Dispatch(new NormalisePass(
            plane, 1, input.Pointer + offset, output.Pointer + offset, StatisticsOf(channel, statistics),
            pass.Dense[0].Values.Pointer + channel, pass.Dense[1].Values.Pointer + channel));
    }

    private void Differentiate(OperatorPass pass, long channel)
    {
        var (input, delta, inputDelta) = (pass.Inputs[0], pass.Delta, pass.InputDeltas[0]);
        var offset = channel * _shape.Positions * input.Stride;
        var plane = Plane.Of(input, _shape.Positions);
        var kernels = pass.Kernels.ForStride(plane.Stride);
        var arrays = stackalloc float[4 * Lanes];
        var statistics = StatisticsOf(channel, arrays);
        var (gradients, products) = PlaneSums.Products(kernels, plane, delta.Pointer + offset, input.Pointer + offset, statistics);
        pass.DenseGradients[0][channel] = (float)products;
        pass.DenseGradients[1][channel] = (float)gradients;
        pass.DenseGradients[2][channel] = _means[channel];
        pass.DenseGradients[3][channel] = _variances[channel];
        if (inputDelta is null) return;
        double scale = pass.Dense[0].Values[channel], count = (double)_shape.Positions * input.Batch;
        float* shared = arrays + 2 * Lanes, leaning = arrays + 3 * Lanes;
        new Span<float>(shared, Lanes).Fill((float)(scale * gradients / count));
        new Span<float>(leaning, Lanes).Fill((float)(scale * products / count * _inverses[channel]));
        kernels.Dispatch(new NormaliseGradientPass(
            plane, 1, delta.Pointer + offset, input.Pointer + offset, inputDelta.Pointer + offset, statistics, shared, leaning,
            pass.Dense[0].Values.Pointer + channel));
    }

    private LaneStatistics StatisticsOf(long channel, float* arrays)
    {
        new Span<float>(arrays, Lanes).Fill(_means[channel]);
        new Span<float>(arrays + Lanes, Lanes).Fill(_inverses[channel]);
        return new(arrays, arrays + Lanes, isPerLane: false);
    }

    private static float Inverse(double variance) => (float)(1 / Math.Sqrt(variance + BatchNormSpec.Epsilon));
}
