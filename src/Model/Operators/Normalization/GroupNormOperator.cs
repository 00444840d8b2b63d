using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Computes <see cref="GroupNormSpec"/> and <see cref="LayerNormSpec"/>, which is the same with one group, where each position of a sample
/// counts as a sample. Keeps mean and variance of every sample and group.
/// </summary>
internal sealed unsafe class GroupNormOperator : Operator
{
    // Lanes that a thread takes at a time. Positions of a sample are rows that lie far apart, at multiples of a page more often than not:
    // the more of each is taken, the better. Without them a sample's rows are many, and should be in the cache when they come again.
    private const int LanesPerShareByPosition = LaneSums.LanesMax, LanesPerShareOfGroups = 64;

    // Parts of the lanes that have sums of their own, so that those do not depend on the number of threads.
    private const long SegmentsMax = 32;

    private readonly int _channels, _groups, _positions;
    private readonly bool _isByPosition;
    private readonly JoinedMatrix _input, _output, _delta, _inputDelta;
    private NativeBuffer<float>? _means, _inverses;
    private NativeBuffer<double>? _sums;

    internal GroupNormOperator(int channels, int groups, int positions, bool isByPosition)
    {
        (_channels, _groups, _isByPosition) = (channels, groups, isByPosition);
        _positions = isByPosition ? 1 : positions;
        var together = isByPosition ? positions : 1;
        (_input, _output, _delta, _inputDelta) = (new(together), new(together), new(together), new(together));
    }

    /// <inheritdoc/>
    public override long Bytes => (_means?.Bytes ?? 0) + (_inverses?.Bytes ?? 0) + (_sums?.Bytes ?? 0);

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (input, output) = (_input.Of(pass.Inputs[0])!, _output.Of(pass.Output)!);
        _means ??= new((long)_groups * ActivationMatrix.StrideFor(input.Capacity));
        _inverses ??= new((long)_groups * ActivationMatrix.StrideFor(input.Capacity));
        var lanes = LanesOf(pass);
        pass.Run((Operator: this, pass, input, output, lanes), _groups * SharesOf(input, lanes), static (all, first, end) =>
        {
            for (var item = first; item < end; item++) all.Operator.Normalise(all.pass, all.input, all.output, all.lanes, item);
        });
        pass.Run(pass.Output, pass.Output.Neurons, static (output, first, end) => output.ClearPadding(first, end));
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (input, delta, inputDelta) = (_input.Of(pass.Inputs[0])!, _delta.Of(pass.Delta)!, _inputDelta.Of(pass.InputDeltas[0]));
        var lanes = LanesOf(pass);
        var segments = Math.Min(SegmentsMax, SharesOf(input, lanes));
        _sums ??= new(2L * SegmentsMax * _channels);
        pass.Run((Operator: this, pass, input, delta, inputDelta, lanes, segments), _groups * segments, static (all, first, end) =>
        {
            for (var item = first; item < end; item++)
                all.Operator.Differentiate(all.pass, all.input, all.delta, all.inputDelta, all.lanes, item, all.segments);
        });
        pass.Run((Operator: this, pass, segments), _channels, static (all, first, end) =>
        {
            for (var channel = first; channel < end; channel++) all.Operator.SumChannel(all.pass, all.segments, channel);
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _means?.Dispose();
            _inverses?.Dispose();
            _sums?.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Normalise(OperatorPass pass, ActivationMatrix input, ActivationMatrix output, int lanes, long item)
    {
        var place = PlaceOf(item, input, lanes);
        var kernels = pass.Kernels.ForStride(input.Stride);
        var statistics = StatisticsOf(place, input);
        kernels.Dispatch(new GroupStatisticsPass(
            input.Pointer + place.Offset, ChannelsPerGroup * _positions, input.Stride, place.Lanes, statistics));
        kernels.Dispatch(new NormalisePass(
            new(_positions, input.Stride, place.Lanes), ChannelsPerGroup, input.Pointer + place.Offset, output.Pointer + place.Offset,
            statistics, pass.Dense[0].Values.Pointer + place.Channel, pass.Dense[1].Values.Pointer + place.Channel));
    }

    // A segment of lanes of a group: whole shares.
    private void Differentiate(
        OperatorPass pass, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix? inputDelta, int lanes, long item,
        long segments)
    {
        var (group, segment) = Math.DivRem(item, segments);
        var shares = SharesOf(input, lanes);
        var kernels = pass.Kernels.ForStride(input.Stride);
        var sums = _sums!.Pointer + 2 * (segment * _channels + group * ChannelsPerGroup);
        new Span<double>(sums, 2 * ChannelsPerGroup).Clear();
        float* shared = stackalloc float[LaneSums.LanesMax], leaning = stackalloc float[LaneSums.LanesMax];
        for (var share = segment * shares / segments; share < (segment + 1) * shares / segments; share++)
        {
            var place = PlaceOf(group * shares + share, input, lanes);
            var (plane, statistics) = (new Plane(_positions, input.Stride, place.Lanes), StatisticsOf(place, input));
            var scales = pass.Dense[0].Values.Pointer + place.Channel;
            float* dy = delta.Pointer + place.Offset, x = input.Pointer + place.Offset;
            kernels.Dispatch(new GroupGradientPass(plane, ChannelsPerGroup, dy, x, statistics, scales, shared, leaning, sums));
            if (inputDelta is null) continue;
            kernels.Dispatch(new NormaliseGradientPass(
                plane, ChannelsPerGroup, dy, x, inputDelta.Pointer + place.Offset, statistics, shared, leaning, scales));
        }
    }

    private void SumChannel(OperatorPass pass, long segments, long channel)
    {
        var (gradients, products) = (0.0, 0.0);
        for (long segment = 0; segment < segments; segment++)
        {
            var sums = _sums!.Pointer + 2 * (segment * _channels + channel);
            gradients += sums[0];
            products += sums[1];
        }
        pass.DenseGradients[0][channel] = (float)products;
        pass.DenseGradients[1][channel] = (float)gradients;
    }

    private int ChannelsPerGroup => _channels / _groups;

    // All positions' lanes, with those beyond the batch between them, or the batch's; there 0 or whatever comes of 0, which is cleared.
    private int LanesOf(OperatorPass pass)
    {
        var input = _input.Of(pass.Inputs[0])!;
        var wholeLines = (int)SharesOf(input, pass.Batch) * LanesPerShare(input);
        return _isByPosition ? input.Stride : input.IsGrouped ? wholeLines : Math.Min(wholeLines, input.Stride);
    }

    private int LanesPerShare(ActivationMatrix matrix) =>
        _isByPosition ? LanesPerShareByPosition : matrix.IsGrouped ? matrix.GroupLanes : LanesPerShareOfGroups;

    private long SharesOf(ActivationMatrix matrix, int lanes) => (lanes + LanesPerShare(matrix) - 1) / LanesPerShare(matrix);

    private Place PlaceOf(long item, ActivationMatrix matrix, int lanes)
    {
        var (group, share) = Math.DivRem(item, SharesOf(matrix, lanes));
        var channel = group * ChannelsPerGroup;
        var lane = (int)share * LanesPerShare(matrix);
        var offset = channel * _positions * matrix.Stride + matrix.LaneOffset(lane);
        return new(channel, lane, offset, group, Math.Min(LanesPerShare(matrix), lanes - lane));
    }

    private LaneStatistics StatisticsOf(Place place, ActivationMatrix matrix)
    {
        var offset = place.Group * ActivationMatrix.StrideFor(matrix.Capacity) + place.Lane;
        return new(_means!.Pointer + offset, _inverses!.Pointer + offset, isPerLane: true);
    }

    // Some lanes of a group: its first channel, the first lane, where both are in memory, the group and how many lanes.
    private readonly record struct Place(long Channel, long Lane, long Offset, long Group, int Lanes);
}
