namespace ActorSparse.Model.Operators.Activations;

/// <summary>The activation functions that a node of its own can be.</summary>
internal enum ElementFunction
{
    /// <summary>f(x) = max(0, x).</summary>
    Relu,

    /// <summary>f(x) = x for x &gt; 0, slope * x otherwise.</summary>
    LeakyRelu,

    /// <summary>f(x) = 1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>f(x) = tanh(x).</summary>
    Tanh,

    /// <summary>f(x) = x (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,
}
