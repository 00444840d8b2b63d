using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// The products for one width of vectors. A vector holds samples of one neuron. The source is copied into planes with a border of zeros, in
/// which the strides of the convolution and of the matrix are gone (<see cref="TilePlan"/>). A tile of neighbouring positions of a target
/// channel is in registers while all its connections from a block of source channels are added; what the tile can see of those channels
/// fits the first-level cache and serves all target channels in turn. On the way back, with smaller tiles, the same walk gives both
/// gradients: what a connection sees of the gradient by the output is loaded once for both.
/// </summary>
internal sealed unsafe partial class VectorConvolution<TIsa, TVector, TTile, TBack> : ConvolutionKernels
    where TIsa : struct, IVectorIsa<TVector>
    where TVector : struct
    where TTile : struct, IPositionTile<TTile, TVector>
    where TBack : struct, ISmallTile<TBack, TVector>
{
    private readonly ConvolutionShape _shape;
    private readonly ThreadTeam _team;
    private readonly TilePlan _forwardPlan;
    private readonly TilePlan _backwardPlan;
    private readonly int _forwardParts;
    private readonly int _backwardParts;
    private readonly NativeBuffer<float>[] _edges;
    private readonly NativeBuffer<float>[] _forwardCopies;
    private readonly NativeBuffer<float>[] _backwardCopies;
    private ConnectionRuns? _forward;
    private ConnectionRuns? _backward;
    private ConnectionRuns? _candidates;
    private NativeBuffer<float>? _ordered;
    private NativeBuffer<float> _segments = new(0);

    internal VectorConvolution(ConvolutionShape shape, int capacity, ThreadTeam team, int quads)
    {
        (_shape, _team) = (shape, team);
        _forwardPlan = TilePlan.Forward(shape, 4 * quads, TIsa.Count);
        _backwardPlan = TilePlan.Backward(shape, 2 * quads, TIsa.Count);
        (_forwardParts, _backwardParts) = (Parts(_forwardPlan, capacity), Parts(_backwardPlan, capacity));
        // Of one tile forward, or two on the way back.
        _edges = Buffers(4 * quads * TIsa.Count);
        _forwardCopies = Buffers(0);
        _backwardCopies = Buffers(0);
    }

    internal override long Bytes => _edges.Concat(_forwardCopies).Concat(_backwardCopies).Sum(buffer => buffer.Bytes)
        + (_forward?.Bytes ?? 0) + (_backward?.Bytes ?? 0)
        + (_candidates?.Bytes ?? 0) + (_ordered?.Bytes ?? 0) + _segments.Bytes;

    internal override void Forward(SparseBlock weights, DenseBlock? biases, ActivationMatrix input, ActivationMatrix output)
    {
        if (_forward is null || !_forward.IsOf(weights.Topology))
        {
            _forward?.Dispose();
            _forward = ForwardRuns(weights.Topology);
        }
        var items = _forward.Parts * Items(_forwardPlan, output.Batch);
        _team.Run((Kernels: this, weights, biases, input, output), items, static (pass, first, end, member) =>
        {
            var kernels = pass.Kernels;
            var biases = pass.biases is null ? null : pass.biases.Values.Pointer;
            kernels.GatherItems<TTile>(
                kernels._forwardPlan, kernels._forward!, pass.weights.Values.Pointer, biases, pass.input, pass.output,
                kernels._forwardCopies[member].Pointer, first, end, member, isAdded: false);
        });
    }

    internal override void Propagate(SparseBlock weights, ActivationMatrix delta, ActivationMatrix inputDelta, bool isAdded = false)
    {
        PreparePropagation(weights, inputDelta, isAdded);
        var items = _backward!.Parts * Items(_backwardPlan, inputDelta.Batch);
        _team.Run((Kernels: this, delta, inputDelta, isAdded), items, static (pass, first, end, member) =>
        {
            var kernels = pass.Kernels;
            kernels.GatherItems<TBack>(
                kernels._backwardPlan, kernels._backward!, kernels._ordered!.Pointer, null, pass.delta, pass.inputDelta,
                kernels._backwardCopies[member].Pointer, first, end, member, pass.isAdded);
        });
    }

    internal override void Differentiate(Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients)
    {
        ConnectionRuns runs;
        if (_forward is not null && _forward.IsOf(topology)) runs = BackwardRuns(topology);
        else
        {
            // Candidates come between two passes of the weights' own topology, whose runs stay.
            if (_candidates is null || !_candidates.IsOf(topology))
            {
                _candidates?.Dispose();
                _candidates = ConnectionRuns.Backward(topology, _shape, _backwardPlan, _backwardParts);
                EnsureCopies(_backwardCopies, _candidates, _backwardPlan);
            }
            runs = _candidates;
        }
        if (SharesSegments(delta.Batch))
        {
            CorrelateSegments(runs, input, delta, null, gradients, isAdded: false);
            return;
        }
        var sums = new SegmentSums(this, delta.Batch, runs, gradients);
        _team.Run((Kernels: this, runs, input, delta, sums), static (pass, member) =>
        {
            var (first, end) = pass.Kernels.Share(pass.runs.RunCount, member);
            for (var segment = 0; segment < pass.sums.Segments; segment++)
                pass.Kernels.CorrelateSegment(
                    pass.runs, first, end, pass.sums, segment, pass.input, pass.delta, null, member, isAdded: false);
        });
        Add(sums);
    }

    internal override void Backward(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients, bool isAdded)
    {
        if (!SharesSegments(delta.Batch))
        {
            Differentiate(weights.Topology, input, delta, gradients);
            Propagate(weights, delta, inputDelta, isAdded);
            return;
        }
        PreparePropagation(weights, inputDelta, isAdded);
        CorrelateSegments(_backward!, input, delta, inputDelta, gradients, isAdded);
    }

    internal override void SumChannels(ActivationMatrix delta, float* sums, int first, int end)
    {
        nint positions = _shape.OutputHeight * _shape.OutputWidth, stride = delta.Stride;
        for (var channel = first; channel < end; channel++)
        {
            TVector even = TIsa.Zero, odd = TIsa.Zero;
            // Lanes beyond the batch are zero.
            for (var lane = 0; lane < delta.Batch; lane += TIsa.Count)
            {
                var row = delta.Pointer + channel * positions * stride + delta.LaneOffset(lane);
                for (nint position = 0; position < positions; position += 2, row += 2 * stride)
                {
                    even = TIsa.Add(even, TIsa.Load(row));
                    if (position + 1 < positions) odd = TIsa.Add(odd, TIsa.Load(row + stride));
                }
            }
            sums[channel] = TIsa.Sums(TIsa.Add(even, odd), TIsa.Zero, TIsa.Zero, TIsa.Zero)[0];
        }
    }

    public override void Dispose()
    {
        _forward?.Dispose();
        _backward?.Dispose();
        _candidates?.Dispose();
        _ordered?.Dispose();
        _segments.Dispose();
        foreach (var buffer in _edges.Concat(_forwardCopies).Concat(_backwardCopies)) buffer.Dispose();
        base.Dispose();
    }

    // The values of the connections in the order of the way back; zeros where no connection leads.
    private void PreparePropagation(SparseBlock weights, ActivationMatrix inputDelta, bool isAdded)
    {
        BackwardRuns(weights.Topology);
        _team.Run((Kernels: this, weights), static (pass, member) =>
        {
            var runs = pass.Kernels._backward!;
            float* ordered = pass.Kernels._ordered!.Pointer, values = pass.weights.Values.Pointer;
            var positions = runs.Positions;
            var (first, end) = pass.Kernels.Share(runs.ConnectionCount, member);
            for (var entry = first; entry < end; entry++) ordered[entry] = values[positions[entry]];
        });
        // Pixels between the places of a kernel that is smaller than its stride.
        if (isAdded || _shape.KernelSize >= _shape.Stride) return;
        foreach (var part in inputDelta.PartsWith(inputDelta)) part.Clear(0, _shape.InputNeurons);
    }

    // Whether threads share the segments of the batch, not the runs: what a segment sees is copied once then.
    private bool SharesSegments(int batch) => SegmentSums.CountOf(batch) >= _team.Size;

    private void CorrelateSegments(
        ConnectionRuns runs, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix? inputDelta, float* gradients, bool isAdded)
    {
        var sums = new SegmentSums(this, delta.Batch, runs, gradients);
        _team.Run((Kernels: this, runs, input, delta, inputDelta, sums, isAdded), sums.Segments, static (pass, first, end, member) =>
        {
            for (var segment = (int)first; segment < end; segment++)
                pass.Kernels.CorrelateSegment(
                    pass.runs, 0, pass.runs.RunCount, pass.sums, segment, pass.input, pass.delta, pass.inputDelta, member, pass.isAdded);
        });
        Add(sums);
    }

    private void Add(in SegmentSums sums) => _team.Run((Kernels: this, sums), static (pass, member) =>
    {
        var (first, end) = pass.Kernels.Share(pass.sums.Connections, member);
        pass.sums.Add(first, end);
    });

    // Where strips are few, threads share the rows of the weights as well.
    private int Parts(TilePlan plan, int capacity)
    {
        var items = Items(plan, capacity);
        return (int)Math.Min((_team.Size + items - 1) / items, (long)plan.Target.Channels * plan.Target.Planes);
    }

    private ConnectionRuns ForwardRuns(Topology topology)
    {
        var runs = ConnectionRuns.Forward(topology, _shape, _forwardPlan, _forwardParts);
        EnsureCopies(_forwardCopies, runs, _forwardPlan);
        return runs;
    }

    private ConnectionRuns BackwardRuns(Topology topology)
    {
        if (_backward is not null && _backward.IsOf(topology)) return _backward;
        _backward?.Dispose();
        _ordered?.Dispose();
        _backward = ConnectionRuns.Backward(topology, _shape, _backwardPlan, _backwardParts);
        EnsureCopies(_backwardCopies, _backward, _backwardPlan);
        _ordered = new(_backward.ConnectionCount, zeroed: false);
        return _backward;
    }

    private NativeBuffer<float>[] Buffers(int length) => [.. Enumerable.Range(0, _team.Size).Select(_ => new NativeBuffer<float>(length))];

    // Borders are zero from the start; only pixels are written.
    private static void EnsureCopies(NativeBuffer<float>[] copies, ConnectionRuns runs, TilePlan plan)
    {
        var length = (long)runs.BlockChannels * plan.ChannelFloats;
        for (var member = 0; member < copies.Length; member++)
        {
            if (copies[member].Length >= length) continue;
            copies[member].Dispose();
            copies[member] = new(length);
        }
    }

    private (long First, long End) Share(long count, int member) => _team.Share(count, member);
}
