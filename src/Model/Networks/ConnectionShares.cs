using System.Globalization;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Networks;

/// <summary>
/// How many connections each sparse block of a network begins with: epsilon times its share of all inputs and outputs, which a
/// <see cref="ConnectionDistribution"/> spreads anew, and no more than it has room for. So one epsilon means about as many connections
/// however they are spread.
/// </summary>
internal static class ConnectionShares
{
    // More than rounding can take away where a block is to be full.
    private const double Above = 1 + 1e-9;

    /// <summary>For each sparse block the epsilon of its Erdos-Renyi topology.</summary>
    internal static double[] Epsilons(ParameterLayout layout, ConnectionDistribution distribution, double epsilon)
    {
        var shares = Of(layout, distribution);
        return [.. layout.Sparse.Select((block, index) => epsilon * (shares[index] / Neurons(block)))];
    }

    /// <summary>
    /// The epsilon at which a network lacks the fraction <paramref name="sparsity"/> of its possible connections: where blocks are full, the
    /// others have the rest.
    /// </summary>
    /// <exception cref="InvalidInputException">The sparsity is not a fraction from 0 to below 1.</exception>
    internal static double EpsilonFor(ParameterLayout layout, ConnectionDistribution distribution, double sparsity)
    {
        if (!(sparsity is >= 0 and < 1))
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"sparsity {sparsity}: expected a fraction from 0 to below 1"));
        var shares = Of(layout, distribution);
        var connections = (1 - sparsity) * layout.PossibleConnections;
        var ofShares = shares.Sum();
        var (last, isFull) = (0.0, sparsity == 0);
        foreach (var (index, full) in layout.Sparse.Select((block, index) => (index, Full: Positions(block) / shares[index])).OrderBy(item => item.Full))
        {
            // Those that are left take all of the rest.
            if (!isFull && connections / ofShares <= full) return connections / ofShares;
            connections -= Positions(layout.Sparse[index]);
            ofShares -= shares[index];
            last = full;
        }
        return last * Above;
    }

    // What every block has for an epsilon of 1, if it has room for it.
    private static double[] Of(ParameterLayout layout, ConnectionDistribution distribution)
    {
        if (distribution == ConnectionDistribution.ErdosRenyi) return [.. layout.Sparse.Select(Neurons)];
        double[] shares = [.. layout.Sparse.Select(block => distribution == ConnectionDistribution.Uniform ? Positions(block)
            : (double)block.Columns / Math.Max(1, block.Kernel * block.Kernel) + block.Rows + 2 * block.Kernel)];
        var scale = layout.Sparse.Sum(Neurons) / shares.Sum();
        return [.. shares.Select(share => scale * share)];
    }

    private static double Neurons(BlockLayout block) => (double)block.Columns + block.Rows;

    private static double Positions(BlockLayout block) => (double)block.Columns * block.Rows;
}
