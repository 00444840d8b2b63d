using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Reshaping;

/// <summary>Computes <see cref="PatchesSpec"/>: every neuron is copied to its place.</summary>
internal sealed unsafe class PatchesOperator : Operator
{
    private readonly TensorShape _input;
    private readonly int _size;

    internal PatchesOperator(TensorShape input, int size) => (_input, _size) = (input, size);

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        Copy(pass, pass.Inputs[0], pass.Output, toPatches: true);
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is { } inputDelta) Copy(pass, pass.Delta, inputDelta, toPatches: false);
    }

    private void Copy(OperatorPass pass, ActivationMatrix source, ActivationMatrix target, bool toPatches) =>
        pass.Run((Operator: this, source, target, toPatches), _input.Count, static (all, first, end) =>
        {
            for (var pixel = first; pixel < end; pixel++)
            {
                var place = all.Operator.PlaceOf((int)pixel);
                var (from, to) = all.toPatches ? (pixel, place) : (place, pixel);
                long lanes = all.source.Stride, bytes = lanes * sizeof(float);
                Buffer.MemoryCopy(all.source.Pointer + from * lanes, all.target.Pointer + to * lanes, bytes, bytes);
            }
        });

    // Where pixel number so many of the input is among the patches.
    private long PlaceOf(int pixel)
    {
        var (row, x) = Math.DivRem(pixel, _input.Width);
        var (channel, y) = Math.DivRem(row, _input.Height);
        var patchChannel = (channel * _size + y % _size) * _size + x % _size;
        return ((long)patchChannel * (_input.Height / _size) + y / _size) * (_input.Width / _size) + x / _size;
    }
}
