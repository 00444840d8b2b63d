namespace ActorSparse.Model.Networks;

/// <summary>The loss functions (wasap specification, section 1); gradients are means over the batch.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy of a softmax output, or binary cross-entropy of one sigmoid output; delta = y_hat - y.</summary>
    CrossEntropy,

    /// <summary>Half the squared error, summed over outputs; delta = (y_hat - y) * f'(z).</summary>
    MeanSquaredError,
}
