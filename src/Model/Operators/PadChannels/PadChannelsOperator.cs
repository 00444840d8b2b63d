using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.PadChannels;

/// <summary>Computes <see cref="PadChannelsSpec"/>.</summary>
internal sealed unsafe class PadChannelsOperator : Operator
{
    private readonly TensorShape _input, _output;
    private readonly int _stride, _before;

    internal PadChannelsOperator(TensorShape input, TensorShape output, int stride)
    {
        (_input, _output, _stride) = (input, output, stride);
        _before = ChannelsBefore(input, output);
    }

    /// <summary>Channels of zeros before those of the input.</summary>
    internal static int ChannelsBefore(TensorShape input, TensorShape output) => (output.Channels - input.Channels) / 2;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (inputs, outputs) = (pass.Inputs[0].PartsWith(pass.Output), pass.Output.PartsWith(pass.Inputs[0]));
        for (var part = 0; part < inputs.Count; part++)
        {
            pass.Run((Operator: this, Input: inputs[part], Output: outputs[part]), _output.Channels, static (all, first, end) =>
            {
                for (var channel = first; channel < end; channel++) all.Operator.FillChannel(all.Input, all.Output, channel);
            });
        }
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is not { } inputDelta) return;
        var (deltas, inputDeltas) = (pass.Delta.PartsWith(inputDelta), inputDelta.PartsWith(pass.Delta));
        for (var part = 0; part < deltas.Count; part++)
        {
            pass.Run((Operator: this, Delta: deltas[part], InputDelta: inputDeltas[part]), _input.Channels, static (all, first, end) =>
            {
                for (var channel = first; channel < end; channel++) all.Operator.SpreadChannel(all.Delta, all.InputDelta, channel);
            });
        }
    }

    private void FillChannel(ActivationMatrix input, ActivationMatrix output, long channel)
    {
        var (source, target) = (channel - _before, channel * _output.Positions);
        if (source < 0 || source >= _input.Channels)
        {
            output.Clear(target, target + _output.Positions);
            return;
        }
        for (long y = 0; y < _output.Height; y++)
            for (long x = 0; x < _output.Width; x++)
                Copy(input, source * _input.Positions + (y * _input.Width + x) * _stride, output, target + y * _output.Width + x);
    }

    private void SpreadChannel(ActivationMatrix delta, ActivationMatrix inputDelta, long channel)
    {
        var (source, target) = ((channel + _before) * _output.Positions, channel * _input.Positions);
        if (_stride > 1) inputDelta.Clear(target, target + _input.Positions);
        for (long y = 0; y < _output.Height; y++)
            for (long x = 0; x < _output.Width; x++)
                Copy(delta, source + y * _output.Width + x, inputDelta, target + (y * _input.Width + x) * _stride);
    }

    private static void Copy(ActivationMatrix source, long from, ActivationMatrix target, long to)
    {
        long bytes = (long)source.Capacity * sizeof(float);
        Buffer.MemoryCopy(source.Pointer + from * source.Stride, target.Pointer + to * target.Stride, bytes, bytes);
    }
}
