namespace ActorSparse.Model.Networks;

/// <summary>
/// How the value of a new connection is drawn (wasap specification, section 1); n_in and n_out are the layer's neuron counts.
/// </summary>
public enum Initializer
{
    /// <summary>Uniform in ±sqrt(6 / n_in).</summary>
    HeUniform,

    /// <summary>Uniform in ±sqrt(6 / (n_in + n_out)).</summary>
    Xavier,

    /// <summary>Normal with mean 0 and deviation 0.1.</summary>
    Normal,

    /// <summary>Zero: grown connections leave the function unchanged (gse specification, section 2.6).</summary>
    Zero,

    /// <summary>
    /// Uniform in ±sqrt(3 / k), k the connections that the neuron really has, and its bias alike: variance 1 / k whatever the sparsity (gse
    /// specification, section 1). Connections grown later use the layer's mean k.
    /// </summary>
    FanIn,
}
