namespace ActorSparse.Model.Networks;

/// <summary>The loss functions (wasap specification, section 1); gradients are means over the batch.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy of a softmax output, or binary cross-entropy of one sigmoid output; delta = y_hat - y.</summary>
    CrossEntropy,

    /// <summary>
    /// Half the squared error, summed over outputs; delta = (y_hat - y) * f'(z). Of classes, where the right output should be 1 and the
    /// others 0, or of standardised real targets.
    /// </summary>
    MeanSquaredError,

    /// <summary>Binary cross-entropy, summed over labels that a sample has or has not, a sigmoid output each; delta = y_hat - y.</summary>
    BinaryCrossEntropy,
}
