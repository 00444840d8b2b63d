using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>Random variation of images while training; each image of a batch has a random stream of its own.</summary>
public abstract record ImageAugmentation
{
    /// <summary>What the content hash of a data set takes of it: the same text for the same variation.</summary>
    internal abstract string Key { get; }

    /// <summary>
    /// Draws one variation from <paramref name="random"/> and writes the varied image; both images have the features of
    /// <paramref name="shape"/> in the units of the data. <paramref name="means"/> is what becomes 0 when the image is standardised, one a
    /// feature.
    /// </summary>
    internal abstract unsafe void Apply(ImageShape shape, float* source, float* target, float* means, RandomStream random);
}
