using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// What a reader found in a file: samples in one of three storages, labels not yet turned into classes. Owns its buffers until a data set
/// takes them.
/// </summary>
internal sealed class RawSamples : IDisposable
{
    /// <summary>Dense samples of <paramref name="featureCount"/> features, whose storage is then set.</summary>
    internal RawSamples(string path, int featureCount, RawLabels labels)
    {
        Path = path;
        FeatureCount = featureCount;
        Labels = labels;
    }

    /// <summary>Sparse samples.</summary>
    internal RawSamples(string path, RawSparse sparse, RawLabels labels)
    {
        Path = path;
        Sparse = sparse;
        Labels = labels;
    }

    /// <summary>The file's path.</summary>
    internal string Path { get; }

    /// <summary>Number of features of a sample, if they are dense.</summary>
    internal int FeatureCount { get; }

    /// <summary>The labels.</summary>
    internal RawLabels Labels { get; }

    /// <summary>Whether there are labels; without, all are class 0.</summary>
    internal bool IsLabelled { get; init; } = true;

    /// <summary>Layout of the features as an image.</summary>
    internal ImageShape? ImageShape { get; init; }

    /// <summary>Samples as bytes (N x FeatureCount).</summary>
    internal NativeBuffer<byte>? Bytes { get; set; }

    /// <summary>Samples as floats (N x FeatureCount).</summary>
    internal NativeBuffer<float>? Floats { get; set; }

    /// <summary>Sparse samples.</summary>
    internal RawSparse? Sparse { get; private set; }

    /// <summary>The data set of these samples; it takes over the buffers.</summary>
    internal Dataset ToDataset(DataSchema schema, LabelEncoder encoder, ImageAugmentation? augmentation = null)
    {
        var labels = encoder.Encode(Labels);
        Dataset dataset;
        if (Sparse is { } sparse)
        {
            sparse.SubtractBase(schema.IndexBase);
            dataset = new SparseDataset(Path, sparse.RowStarts, sparse.Indices, sparse.Values, schema.FeatureCount, labels,
                schema.ClassCount)
                { ClassNames = schema.ClassNames, IsLabelled = IsLabelled, IndexBase = schema.IndexBase };
        }
        else if (Bytes is not null)
        {
            dataset = new DenseDataset(Path, Bytes, FeatureCount, labels, schema.ClassCount)
                { ImageShape = ImageShape, ClassNames = schema.ClassNames, IsLabelled = IsLabelled, Augmentation = augmentation };
        }
        else
        {
            dataset = new DenseDataset(Path, Floats!, FeatureCount, labels, schema.ClassCount)
                { ImageShape = ImageShape, ClassNames = schema.ClassNames, IsLabelled = IsLabelled, Augmentation = augmentation };
        }
        (Bytes, Floats, Sparse) = (null, null, null);
        return dataset;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Bytes?.Dispose();
        Floats?.Dispose();
        Sparse?.Dispose();
    }
}
