using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators;

/// <summary>Computes one sparse linear map that many slices of a tensor share.</summary>
internal sealed class SharedMapOperator : Operator
{
    private readonly SharedMap _map;
    private readonly ISlices _input, _output, _delta, _inputDelta;

    /// <summary><paramref name="map"/> on what <paramref name="slices"/> makes for each of the matrices.</summary>
    internal SharedMapOperator(SharedMap map, Func<ISlices> slices)
    {
        _map = map;
        (_input, _output, _delta, _inputDelta) = (slices(), slices(), slices(), slices());
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
