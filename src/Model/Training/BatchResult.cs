namespace ActorSparse.Model.Training;

/// <summary>What the forward pass of one training batch told.</summary>
/// <param name="MeanLoss">Mean loss of the batch, class weights included.</param>
/// <param name="SampleCount">Samples of the batch, B.</param>
/// <param name="ScoreSum">First of the two sums of the score (<see cref="ScoreKind"/>), under dropout.</param>
/// <param name="ScoreWeight">The other one.</param>
internal readonly record struct BatchResult(double MeanLoss, int SampleCount, double ScoreSum, double ScoreWeight);
