using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>Prunes a dense network once, before training, and leaves the connections as they are from then on.</summary>
/// <param name="Name">Name as recipes write it.</param>
/// <param name="Sparsity">Share of all connections that go.</param>
/// <param name="Prune">Which ones.</param>
internal sealed record StartPruningRule(string Name, double Sparsity, PruneAtStart Prune) : IDenseRule
{
    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network) => NetworkEvolution.OfHiddenLayers(network, _ => null);

    /// <summary>Refuses networks that <see cref="Prune"/> has no scores for; null where it has them for all.</summary>
    public Action<NetworkSpec>? Check { get; init; }

    /// <inheritdoc/>
    public void CheckFits(NetworkSpec spec, long updatesTotal) => Check?.Invoke(spec);

    /// <inheritdoc/>
    public DenseRun Begin(DenseRunContext context) => new Run(this, context);

    /// <summary>Applies <paramref name="changes"/> to <paramref name="parameters"/>, and frees them.</summary>
    internal static void Apply(ParameterSet parameters, TopologyChange?[] changes)
    {
        using var evolution = new NetworkEvolution(changes);
        NetworkEvolution.Apply(parameters, changes);
    }

    private sealed class Run(StartPruningRule rule, DenseRunContext context) : DenseRun(context)
    {
        public override void BeginRound(int round)
        {
            using var full = FullNetwork.Create(Context.Network.Spec, Context.Random);
            rule.Prune(full, Context, FullNetwork.Count(full.Parameters.Layout, rule.Sparsity));
            Context.Network.CopyFrom(full);
        }
    }
}
