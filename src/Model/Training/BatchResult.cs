namespace ActorSparse.Model.Training;

/// <summary>What the forward pass of one training batch told.</summary>
/// <param name="MeanLoss">Mean loss of the batch, class weights included.</param>
/// <param name="SampleCount">Samples of the batch, B.</param>
/// <param name="CorrectCount">Samples whose class the network, under dropout, got right.</param>
public readonly record struct BatchResult(double MeanLoss, int SampleCount, int CorrectCount);
