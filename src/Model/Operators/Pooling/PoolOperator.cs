using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>Computes <see cref="PoolSpec"/>; which number was the largest is found anew on the way back, so nothing is kept.</summary>
internal sealed class PoolOperator : Operator
{
    private readonly bool _isMax;
    private readonly PoolWindows _windows;

    internal PoolOperator(PoolSpec spec, TensorShape input, TensorShape output)
    {
        _isMax = spec.Function == PoolFunction.Max;
        _windows = new(input, output, spec.Size, spec.Stride, spec.Padding);
    }

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (inputs, outputs) = (pass.Inputs[0].PartsWith(pass.Output), pass.Output.PartsWith(pass.Inputs[0]));
        for (var part = 0; part < inputs.Count; part++)
        {
            var (x, y, kernels) = (inputs[part], outputs[part], pass.Kernels.ForStride(inputs[part].Stride));
            pass.Run((kernels, _windows, x, y, _isMax), _windows.Input.Channels, static (all, first, end) =>
            {
                if (all._isMax) all.kernels.Dispatch(new MaxPass(all._windows, all.x, all.y, first, end));
                else all.kernels.Dispatch(new MeanPass(all._windows, all.x, all.y, first, end));
            });
        }
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is not { } inputDelta) return;
        var (inputs, outputs) = (pass.Inputs[0].PartsWith(pass.Output), pass.Output.PartsWith(pass.Inputs[0]));
        var (deltas, inputDeltas) = (pass.Delta.PartsWith(inputDelta), inputDelta.PartsWith(pass.Delta));
        for (var part = 0; part < inputs.Count; part++)
            Backward(pass, inputs[part], outputs[part], deltas[part], inputDeltas[part]);
    }

    private void Backward(OperatorPass pass, ActivationMatrix x, ActivationMatrix y, ActivationMatrix dy, ActivationMatrix dx)
    {
        var kernels = pass.Kernels.ForStride(x.Stride);
        pass.Run((kernels, _windows, x, y, dy, dx, _isMax), _windows.Input.Channels, static (all, first, end) =>
        {
            var positions = all._windows.Input.Positions;
            all.dx.Clear(first * positions, end * positions);
            if (all._isMax) all.kernels.Dispatch(new MaxGradientPass(all._windows, all.x, all.y, all.dy, all.dx, first, end));
            else all.kernels.Dispatch(new MeanGradientPass(all._windows, all.dy, all.dx, first, end));
        });
    }
}
