namespace ActorSparse.Model.Kernels;

/// <summary>
/// One step of AdamW (Kingma and Ba, "Adam", arXiv 1412.6980, algorithm 1, with the decoupled weight decay of Loshchilov and Hutter,
/// "Decoupled Weight Decay Regularization", arXiv 1711.05101, algorithm 2): m &lt;- b1*m + (1-b1)*s*g; q &lt;- b2*q + (1-b2)*(s*g)^2;
/// w &lt;- w - rate*m/(sqrt(c*q) + e) - lambda*w. Connections and biases alike.
/// </summary>
/// <param name="Rate">Learning rate divided by 1 - b1^t, which makes up for the means' start at 0.</param>
/// <param name="Beta1">b1, decay of the mean of gradients.</param>
/// <param name="Beta2">b2, decay of the mean of their squares.</param>
/// <param name="SecondMomentScale">c = 1 / (1 - b2^t).</param>
/// <param name="Epsilon">e, keeps the quotient finite.</param>
/// <param name="WeightDecay">lambda, per step: not scaled by the rate.</param>
/// <param name="GradientScale">s, below 1 where the gradient is clipped.</param>
internal readonly record struct AdamStep(
    float Rate, float Beta1, float Beta2, float SecondMomentScale, float Epsilon, float WeightDecay, float GradientScale);
