using System.Runtime.InteropServices;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>Computes <see cref="PoolSpec"/>; which number was the largest is found anew on the way back, so nothing is kept.</summary>
public sealed unsafe class PoolOperator : Operator
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
        var (x, y) = (pass.Inputs[0], pass.Output);
        pass.Run((kernels: pass.Kernels.ForStride(x.Stride), _windows, x, y, _isMax), _windows.Input.Channels, static (all, first, end) =>
        {
            if (all._isMax) all.kernels.Dispatch(new MaxPass(all._windows, all.x, all.y, first, end));
            else all.kernels.Dispatch(new MeanPass(all._windows, all.x, all.y, first, end));
        });
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is not { } dx) return;
        var (x, y, dy) = (pass.Inputs[0], pass.Output, pass.Delta);
        var kernels = pass.Kernels.ForStride(x.Stride);
        pass.Run((kernels, _windows, x, y, dy, dx, _isMax), _windows.Input.Channels, static (all, first, end) =>
        {
            var (positions, stride) = (all._windows.Input.Positions, (long)all.dx.Stride);
            NativeMemory.Clear(all.dx.Pointer + first * positions * stride, (nuint)((end - first) * positions * stride * sizeof(float)));
            if (all._isMax) all.kernels.Dispatch(new MaxGradientPass(all._windows, all.x, all.y, all.dy, all.dx, first, end));
            else all.kernels.Dispatch(new MeanGradientPass(all._windows, all.dy, all.dx, first, end));
        });
    }
}
