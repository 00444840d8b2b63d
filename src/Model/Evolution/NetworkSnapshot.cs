using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution;

/// <summary>What a topology rule may look at: all sparse blocks at one moment, and for guided rules what a batch told about them.</summary>
public sealed record NetworkSnapshot
{
    /// <summary>The sparse blocks, first to last.</summary>
    public required IReadOnlyList<BlockSnapshot> Blocks { get; init; }

    /// <summary>Activations and gradients of a batch on these blocks, unchanged since; null for rules that need none.</summary>
    internal BatchEvidence? Evidence { get; init; }

    /// <summary>Number of the update that this evolution goes with, counted from 0.</summary>
    public long Update { get; init; }

    /// <summary>Updates of the whole run, which schedules refer to.</summary>
    public long UpdatesTotal { get; init; }

    /// <summary>
    /// The present state of <paramref name="network"/> as evolution number <paramref name="evolution"/> sees it; it refers to the network's
    /// own arrays. The number selects the random streams.
    /// </summary>
    public static NetworkSnapshot Of(Network network, RandomSource random, long evolution)
    {
        ArgumentNullException.ThrowIfNull(network);
        var indices = Enumerable.Range(0, network.Parameters.Sparse.Count);
        return new() { Blocks = [.. indices.Select(index => BlockSnapshot.Of(network, index, random, evolution))] };
    }
}
