using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Baselines;

/// <summary>Networks that have all connections, and how many are to be left of them.</summary>
internal static class FullNetwork
{
    // Keeps 0.05 * 200 at 10 where its product in binary is a little less.
    private const double CountTolerance = 1e-6;

    /// <summary>The network of <paramref name="spec"/> with all its connections, as the seed draws their values.</summary>
    public static Network Create(NetworkSpec spec, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Network.Create(spec.WithSparsity(0), random);
    }

    /// <summary>Makes <paramref name="network"/> that network, whatever it was, one block after the other to spare memory.</summary>
    public static void Fill(Network network, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(network);
        var (parameters, full) = (network.Parameters, Create(network.Spec, random).Parameters);
        for (var index = 0; index < parameters.Blocks.Count; index++)
        {
            if (parameters.Blocks[index] is SparseBlock sparse) sparse.CopyFrom((SparseBlock)full.Blocks[index]);
            else ((DenseBlock)parameters.Blocks[index]).CopyFrom((DenseBlock)full.Blocks[index]);
            full.Blocks[index].Dispose();
        }
    }

    /// <summary>Connections of a network that lacks the share <paramref name="sparsity"/> of all, rounded down: K of the gse specification.</summary>
    public static long Count(ParameterLayout layout, double sparsity)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Count(layout.PossibleConnections, sparsity);
    }

    /// <summary>The same of <paramref name="possible"/> connections.</summary>
    public static long Count(double possible, double sparsity) => (long)Math.Floor((1 - sparsity) * possible + CountTolerance);
}
