namespace ActorSparse.Model.Networks;

/// <summary>What defines a network apart from its parameters: a multilayer perceptron n0-n1-...-nL (wasap specification, section 1).</summary>
public sealed record NetworkSpec
{
    /// <summary>Neurons of each layer, input first: at least two, each positive.</summary>
    public required IReadOnlyList<int> LayerSizes { get; init; }

    /// <summary>Activation of the hidden layers.</summary>
    public Activation HiddenActivation { get; init; } = new(ActivationKind.AllRelu, 0.6f);

    /// <summary>Activation of the output layer.</summary>
    public Activation OutputActivation { get; init; } = new(ActivationKind.Softmax);

    /// <summary>Loss that training minimises.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>Erdos-Renyi parameter: a layer has about epsilon * (n_in + n_out) connections.</summary>
    public double Epsilon { get; init; } = 20;

    /// <summary>How new connections get their value.</summary>
    public Initializer Initializer { get; init; } = Initializer.HeUniform;

    /// <summary>Number of weight layers, L.</summary>
    public int LayerCount => LayerSizes.Count - 1;
}
