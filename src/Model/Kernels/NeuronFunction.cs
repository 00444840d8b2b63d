
namespace ActorSparse.Model.Kernels;

/// <summary>What the kernels need to know of a layer's activation function and of the dropout that follows it.</summary>
/// <param name="Kind">The function; never softmax, which is no function of one neuron alone.</param>
/// <param name="NegativeSlope">Factor for z &lt;= 0 of the ReLU family, with the sign that All-ReLU gives this layer.</param>
/// <param name="Dropout">What inverted dropout does to the result.</param>
internal readonly record struct NeuronFunction(ActivationKind Kind, float NegativeSlope, Dropout Dropout)
{
    /// <summary>Whether the derivative needs the sign of z, which the activation alone does not tell.</summary>
    public bool NeedsSign => Kind is ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.AllRelu;

    /// <summary>f(z), before dropout.</summary>
    public float Evaluate(float z) => Kind switch
    {
        ActivationKind.Sigmoid => 1 / (1 + MathF.Exp(-z)),
        ActivationKind.Tanh => MathF.Tanh(z),
        ActivationKind.Identity => z,
        _ => z > 0 ? z : NegativeSlope * z,
    };

    /// <summary>f'(z), given f(z) and whether z is positive.</summary>
    public float Derivative(float value, bool positive) => Kind switch
    {
        ActivationKind.Sigmoid => value * (1 - value),
        ActivationKind.Tanh => 1 - value * value,
        ActivationKind.Identity => 1,
        _ => positive ? 1 : NegativeSlope,
    };
}
