using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>An evolution that goes with a batch, between its backward pass and its update (gse specification, section 2).</summary>
internal static class BatchEvolution
{
    /// <summary>
    /// Evolves all layers from what the batch found on the network as it was. The batch's gradient keeps what is still valid of it, so that
    /// the update can go on; grown connections, at value 0, get their first gradient from the next batch.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="network">The network, unchanged since the backward pass; it evolves.</param>
    /// <param name="gradients">What the backward pass computed; carried over to the new topologies.</param>
    /// <param name="compute">What computed it.</param>
    /// <param name="workspace">What the backward pass left.</param>
    /// <param name="random">The seed's streams.</param>
    /// <param name="update">Number of the update that is about to happen, counted from 0.</param>
    /// <param name="updatesTotal">Updates of the whole run.</param>
    /// <returns>The changes, applied already; the caller owns them.</returns>
    public static NetworkEvolution Run(
        ITopologyRule rule, Network network, GradientSet gradients, NetworkCompute compute, Workspace workspace, RandomSource random,
        long update, long updatesTotal)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(gradients);
        var snapshot = NetworkSnapshot.Of(network, random, update) with
        {
            Evidence = new BatchEvidence(compute, workspace, random, update),
            Update = update,
            UpdatesTotal = updatesTotal,
        };
        var evolution = rule.Evolve(snapshot);
        for (var layer = 0; layer < evolution.Changes.Count; layer++)
            if (evolution.Changes[layer] is { } change) gradients.RetainValid(layer, change);
        NetworkEvolution.Apply(network.Parameters, evolution.Changes);
        return evolution;
    }
}
