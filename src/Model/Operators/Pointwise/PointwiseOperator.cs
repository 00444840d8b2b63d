using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Pointwise;

/// <summary>
/// Computes <see cref="PointwiseSpec"/>: the samples of all positions of a channel lie side by side, as one larger batch of the linear
/// kernels, which take it in blocks. The lanes beyond the batch are computed with the others, and cleared where a bias reached them.
/// </summary>
public sealed class PointwiseOperator : Operator
{
    private readonly SharedMap _map;
    private readonly LaneBlocks _input, _output, _delta, _inputDelta;

    internal PointwiseOperator(int positions, bool hasBias)
    {
        // Channels are a whole plane apart, which may well be a multiple of the page and of the way of a cache.
        _map = new(hasBias, packs: true);
        (_input, _output, _delta, _inputDelta) = (new(positions), new(positions), new(positions), new(positions));
    }

    /// <inheritdoc/>
    public override long Bytes => _map.Bytes;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        _map.Forward(pass, _input.Of(pass.Inputs[0])!, _output.Of(pass.Output)!);
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        _map.Backward(pass, _input.Of(pass.Inputs[0])!, _delta.Of(pass.Delta)!, _inputDelta.Of(pass.InputDeltas[0]));
    }

    /// <inheritdoc/>
    public override void Differentiate(OperatorPass pass, int block, Topology topology, NativeBuffer<float> gradients)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentOutOfRangeException.ThrowIfNotEqual(block, 0);
        _map.Differentiate(pass, _input.Of(pass.Inputs[0])!, _delta.Of(pass.Delta)!, topology, gradients);
    }

    /// <inheritdoc/>
    public override int TermsPerGradient(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return SharedMap.TermsPerGradient(_delta.Of(pass.Delta)!);
    }

    /// <inheritdoc/>
    public override void SumTerms(OperatorPass pass, int block, ReadOnlySpan<float> signs, Span<double> inputs, Span<double> outputs)
    {
        ArgumentNullException.ThrowIfNull(pass);
        SharedMap.SumTerms(_input.Of(pass.Inputs[0])!, signs, inputs);
        SharedMap.SumTerms(_delta.Of(pass.Delta)!, signs, outputs);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _map.Dispose();
        base.Dispose(disposing);
    }
}
