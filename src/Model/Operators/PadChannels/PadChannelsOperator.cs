using System.Runtime.InteropServices;

namespace ActorSparse.Model.Operators.PadChannels;

/// <summary>Computes <see cref="PadChannelsSpec"/>.</summary>
public sealed unsafe class PadChannelsOperator : Operator
{
    private readonly TensorShape _input, _output;
    private readonly int _stride, _before;

    internal PadChannelsOperator(TensorShape input, TensorShape output, int stride)
    {
        (_input, _output, _stride) = (input, output, stride);
        _before = (output.Channels - input.Channels) / 2;
    }

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        pass.Run((Operator: this, pass), _output.Channels, static (all, first, end) =>
        {
            for (var channel = first; channel < end; channel++) all.Operator.FillChannel(all.pass, channel);
        });
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is null) return;
        pass.Run((Operator: this, pass), _input.Channels, static (all, first, end) =>
        {
            for (var channel = first; channel < end; channel++) all.Operator.SpreadChannel(all.pass, channel);
        });
    }

    private void FillChannel(OperatorPass pass, long channel)
    {
        long lanes = pass.Output.Stride, source = channel - _before;
        var target = pass.Output.Pointer + channel * _output.Positions * lanes;
        if (source < 0 || source >= _input.Channels)
        {
            NativeMemory.Clear(target, (nuint)(_output.Positions * lanes * sizeof(float)));
            return;
        }
        var from = pass.Inputs[0].Pointer + source * _input.Positions * lanes;
        for (long y = 0; y < _output.Height; y++)
            for (long x = 0; x < _output.Width; x++)
                Copy(from + (y * _input.Width + x) * _stride * lanes, target + (y * _output.Width + x) * lanes, lanes);
    }

    private void SpreadChannel(OperatorPass pass, long channel)
    {
        long lanes = pass.Delta.Stride;
        var target = pass.InputDeltas[0]!.Pointer + channel * _input.Positions * lanes;
        var from = pass.Delta.Pointer + (channel + _before) * _output.Positions * lanes;
        if (_stride > 1) NativeMemory.Clear(target, (nuint)(_input.Positions * lanes * sizeof(float)));
        for (long y = 0; y < _output.Height; y++)
            for (long x = 0; x < _output.Width; x++)
                Copy(from + (y * _output.Width + x) * lanes, target + (y * _input.Width + x) * _stride * lanes, lanes);
    }

    private static void Copy(float* source, float* target, long lanes) =>
        Buffer.MemoryCopy(source, target, lanes * sizeof(float), lanes * sizeof(float));
}
