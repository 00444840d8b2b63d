namespace ActorSparse.Model.Recovery;

/// <summary>
/// Samples in chunks of a few tiles, at most <see cref="ChunksMax"/> of them: what is summed over samples is summed within each chunk and
/// then over chunks in one fixed order, so that sums depend neither on threads nor on workers.
/// </summary>
internal sealed record SampleChunks
{
    /// <summary>Chunks at most, so that sums of many samples take no more room than those of few.</summary>
    public const int ChunksMax = 64;

    /// <summary>Chunks of so many samples.</summary>
    /// <param name="sampleCount">Samples, at least one.</param>
    /// <param name="chunkTiles">Tiles of a chunk; 0: as few as <see cref="ChunksMax"/> allows.</param>
    public SampleChunks(int sampleCount, int chunkTiles = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleCount);
        ArgumentOutOfRangeException.ThrowIfNegative(chunkTiles);
        SampleCount = sampleCount;
        TileCount = (sampleCount + TileKernels.Lanes - 1) / TileKernels.Lanes;
        ChunkTiles = chunkTiles > 0 ? chunkTiles : (TileCount + ChunksMax - 1) / ChunksMax;
    }

    /// <summary>All samples.</summary>
    public int SampleCount { get; }

    /// <summary>Tiles of samples, the last of which may be shorter.</summary>
    public int TileCount { get; }

    /// <summary>Tiles of a chunk, the last of which may have fewer.</summary>
    public int ChunkTiles { get; }

    /// <summary>Number of chunks.</summary>
    public int Count => (TileCount + ChunkTiles - 1) / ChunkTiles;

    /// <summary>The first tile of a chunk.</summary>
    public int FirstTile(int chunk) => chunk * ChunkTiles;

    /// <summary>The tile after the last one of a chunk.</summary>
    public int EndTile(int chunk) => Math.Min(TileCount, (chunk + 1) * ChunkTiles);

    /// <summary>Samples of a tile.</summary>
    public int SamplesOfTile(int tile) => Math.Min(TileKernels.Lanes, SampleCount - tile * TileKernels.Lanes);

    /// <summary>Samples of some chunks.</summary>
    public int SamplesOf(int firstChunk, int chunkCount) =>
        Math.Min(SampleCount, EndTile(firstChunk + chunkCount - 1) * TileKernels.Lanes) - FirstTile(firstChunk) * TileKernels.Lanes;
}
