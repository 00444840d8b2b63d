using ActorSparse.Model.Compute;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>Labelled samples that a batch can be taken from. Reading is safe from many threads at once.</summary>
public abstract class Dataset : IDisposable
{
    /// <summary>Name for messages: the file or generator it came from.</summary>
    public required string Name { get; init; }

    /// <summary>Number of samples, N.</summary>
    public int SampleCount => Labels.Length;

    /// <summary>Number of features of a sample, n0.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>Number of classes; labels are 0 to ClassCount - 1.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Class of every sample.</summary>
    public required int[] Labels { get; init; }

    /// <summary>
    /// Writes samples <paramref name="samples"/> to <paramref name="batch"/> (FeatureCount x samples.Length, standardised), after setting its batch size.
    /// <paramref name="augmentation"/>, if given, is the random stream for this batch's augmentation; without it samples are as they are.
    /// </summary>
    public abstract void FillBatch(ReadOnlySpan<int> samples, ActivationMatrix batch, RandomStream? augmentation = null);

    /// <inheritdoc/>
    public abstract void Dispose();
}
