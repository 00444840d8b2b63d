using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>What a reader found in a file: samples in one of three storages, labels not yet turned into classes. Owns its buffers until a data set takes them.</summary>
internal sealed class RawSamples(string path, int featureCount, RawLabels labels) : IDisposable
{
    /// <summary>The file's path.</summary>
    internal string Path { get; } = path;

    /// <summary>Number of features of a sample.</summary>
    internal int FeatureCount { get; } = featureCount;

    /// <summary>The labels.</summary>
    internal RawLabels Labels { get; } = labels;

    /// <summary>Layout of the features as an image.</summary>
    internal ImageShape? ImageShape { get; init; }

    /// <summary>Samples as bytes (N x FeatureCount).</summary>
    internal NativeBuffer<byte>? Bytes { get; set; }

    /// <summary>Samples as floats (N x FeatureCount).</summary>
    internal NativeBuffer<float>? Floats { get; set; }

    /// <summary>The data set of these samples; it takes over the buffers.</summary>
    internal Dataset ToDataset(LabelEncoder encoder, IReadOnlyList<string>? classNames, ImageAugmentation? augmentation)
    {
        var labels = encoder.Encode(Labels);
        var names = classNames ?? encoder.ClassNames;
        Dataset dataset = Bytes is not null
            ? new DenseDataset(Path, Bytes, FeatureCount, labels, encoder.ClassCount)
                { ImageShape = ImageShape, ClassNames = names, Augmentation = augmentation }
            : new DenseDataset(Path, Floats!, FeatureCount, labels, encoder.ClassCount)
                { ImageShape = ImageShape, ClassNames = names, Augmentation = augmentation };
        Bytes = null;
        Floats = null;
        return dataset;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Bytes?.Dispose();
        Floats?.Dispose();
    }
}
