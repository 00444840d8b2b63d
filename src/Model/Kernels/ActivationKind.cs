namespace ActorSparse.Model.Kernels;

/// <summary>The activation functions (wasap specification, section 1).</summary>
public enum ActivationKind
{
    /// <summary>f(x) = x.</summary>
    Identity,

    /// <summary>f(x) = max(0, x).</summary>
    Relu,

    /// <summary>f(x) = x for x &gt; 0, slope * x otherwise.</summary>
    LeakyRelu,

    /// <summary>As leaky ReLU, with slope -alpha in odd and +alpha in even hidden layers, counted from 1.</summary>
    AllRelu,

    /// <summary>f(x) = 1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>f(x) = tanh(x).</summary>
    Tanh,

    /// <summary>f(x)_j = exp(x_j) / sum_k exp(x_k); output layer only.</summary>
    Softmax,
}
