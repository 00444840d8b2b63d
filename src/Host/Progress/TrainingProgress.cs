namespace ActorSparse.Host.Progress;

/// <summary>Where training is within the run.</summary>
/// <param name="Epoch">The epoch that is going on, counted from 1.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="Batch">Batches of this epoch done.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Loss">Mean loss of this epoch so far.</param>
/// <param name="Samples">Samples trained on in this epoch so far.</param>
/// <param name="Detail">What else there is to say, in a few words.</param>
internal readonly record struct TrainingProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, long Samples, string Detail =
    "");
