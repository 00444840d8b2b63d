namespace ActorSparse.Model.Training;

/// <summary>Receives a network's output for one sample: <paramref name="outputs"/> (nL) is valid during the call.</summary>
/// <param name="sample">Index of the sample.</param>
/// <param name="predictedClass">The class that the output stands for, if samples have classes.</param>
/// <param name="outputs">The output neurons' values: probabilities for softmax and sigmoid, real targets standardised.</param>
internal delegate void PredictionHandler(int sample, int predictedClass, ReadOnlySpan<float> outputs);
