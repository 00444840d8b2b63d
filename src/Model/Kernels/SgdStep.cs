namespace ActorSparse.Model.Kernels;

/// <summary>
/// One step of momentum SGD (wasap specification, section 2): v &lt;- mu*c*v - eta*g; w &lt;- w + v - lambda*w, or with Nesterov's momentum
/// w &lt;- w + mu*v - eta*g - lambda*w with the new v. Connections and biases alike.
/// </summary>
/// <param name="LearningRate">eta.</param>
/// <param name="Momentum">mu.</param>
/// <param name="WeightDecay">lambda, per step: decoupled, not scaled by eta.</param>
/// <param name="Nesterov">Whether the step looks ahead along the new velocity.</param>
/// <param name="VelocityScale">c, the momentum correction eta_new / eta_old in the step in which eta changes; 1 otherwise.</param>
internal readonly record struct SgdStep(float LearningRate, float Momentum, float WeightDecay, bool Nesterov, float VelocityScale);
