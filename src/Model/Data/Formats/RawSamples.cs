using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// What a reader found in a file: samples in one of three storages, targets as they stand there. Owns its buffers until a data set
/// takes them.
/// </summary>
internal sealed class RawSamples : IDisposable
{
    /// <summary>Dense samples of <paramref name="featureCount"/> features, whose storage is then set.</summary>
    internal RawSamples(string path, int featureCount, RawTargets targets)
    {
        Path = path;
        FeatureCount = featureCount;
        Targets = targets;
    }

    /// <summary>Sparse samples.</summary>
    internal RawSamples(string path, RawSparse sparse, RawTargets targets)
    {
        Path = path;
        Sparse = sparse;
        Targets = targets;
    }

    /// <summary>The file's path.</summary>
    internal string Path { get; }

    /// <summary>Number of features of a sample, if they are dense.</summary>
    internal int FeatureCount { get; }

    /// <summary>What the samples have as targets.</summary>
    internal RawTargets Targets { get; }

    /// <summary>Layout of the features as an image.</summary>
    internal ImageShape? ImageShape { get; init; }

    /// <summary>The columns of a table; null for other data.</summary>
    internal TableLayout? Table { get; init; }

    /// <summary>Name of every sample, where each is a file of its own.</summary>
    internal IReadOnlyList<string>? SampleNames { get; init; }

    /// <summary>What the user should know of how they were read; null if nothing.</summary>
    internal string? Note { get; init; }

    /// <summary>Samples as bytes (N x FeatureCount).</summary>
    internal NativeBuffer<byte>? Bytes { get; set; }

    /// <summary>Samples as floats (N x FeatureCount).</summary>
    internal NativeBuffer<float>? Floats { get; set; }

    /// <summary>Sparse samples.</summary>
    internal RawSparse? Sparse { get; private set; }

    /// <summary>The data set of these samples; it takes over the buffers.</summary>
    internal Dataset ToDataset(DataSchema schema, TargetEncoder encoder, ImageAugmentation? augmentation = null)
    {
        var targets = encoder.Encode(Targets, schema.ClassNames);
        Dataset dataset;
        if (Sparse is { } sparse)
        {
            sparse.SubtractBase(schema.IndexBase);
            dataset = new SparseDataset(Path, sparse.RowStarts, sparse.Indices, sparse.Values, schema.FeatureCount, targets)
                { IndexBase = schema.IndexBase };
        }
        else if (Bytes is not null)
        {
            dataset = new DenseDataset(Path, Bytes, FeatureCount, targets)
                { ImageShape = ImageShape, Table = Table, Augmentation = augmentation, SampleNames = SampleNames };
        }
        else
        {
            dataset = new DenseDataset(Path, Floats!, FeatureCount, targets)
                { ImageShape = ImageShape, Table = Table, Augmentation = augmentation, SampleNames = SampleNames };
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
