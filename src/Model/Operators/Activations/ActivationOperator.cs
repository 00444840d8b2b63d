namespace ActorSparse.Model.Operators.Activations;

/// <summary>Computes <see cref="ActivationSpec"/>; the way back is found from what comes in or out, so nothing is kept.</summary>
internal sealed class ActivationOperator : Operator
{
    private readonly ActivationSpec _spec;

    internal ActivationOperator(ActivationSpec spec) => _spec = spec;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (x, y) = (pass.Inputs[0], pass.Output);
        switch (_spec.Function)
        {
            case ElementFunction.Relu:
                Elementwise.Run(pass, new Relu(), y, x, x);
                break;
            case ElementFunction.LeakyRelu:
                Elementwise.Run(pass, new LeakyRelu(_spec.Slope), y, x, x);
                break;
            case ElementFunction.Sigmoid:
                Elementwise.Run(pass, new Sigmoid(), y, x, x);
                // The others are 0 at 0.
                pass.Run(y, y.Neurons, static (y, first, end) => y.ClearPadding(first, end));
                break;
            case ElementFunction.Tanh:
                Elementwise.Run(pass, new Tanh(), y, x, x);
                break;
            default:
                Elementwise.Run(pass, new Gelu(), y, x, x);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is not { } dx) return;
        var (x, y, dy) = (pass.Inputs[0], pass.Output, pass.Delta);
        switch (_spec.Function)
        {
            case ElementFunction.Relu:
                Elementwise.Run(pass, new LeakyReluGradient(0), dx, x, dy);
                break;
            case ElementFunction.LeakyRelu:
                Elementwise.Run(pass, new LeakyReluGradient(_spec.Slope), dx, x, dy);
                break;
            case ElementFunction.Sigmoid:
                Elementwise.Run(pass, new SigmoidGradient(), dx, y, dy);
                break;
            case ElementFunction.Tanh:
                Elementwise.Run(pass, new TanhGradient(), dx, y, dy);
                break;
            default:
                Elementwise.Run(pass, new GeluGradient(), dx, x, dy);
                break;
        }
    }
}
