using System.Globalization;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// Iterative magnitude pruning (Frankle, Carbin, "The Lottery Ticket Hypothesis", ICLR 2019): a training of the dense network, then, for
/// each of a few levels of sparsity, the smallest weights of all blocks together go, what is left begins again with the values that it
/// began with, and the whole training is repeated (gse specification, section 4).
/// </summary>
internal sealed record LotteryRule : IDenseRule
{
    /// <summary>Name as recipes write it.</summary>
    public const string RuleName = "lottery";

    private static readonly double[] s_levels = [0, 0.5, 0.75, 0.9, 0.95, 0.98];

    /// <summary>The levels below <paramref name="sparsity"/>, and that one.</summary>
    public LotteryRule(double sparsity) => Levels = [.. s_levels.Where(level => level < sparsity), sparsity];

    /// <summary>Share of all connections that is gone in each training.</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public int Rounds => Levels.Count;

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network) => NetworkEvolution.OfHiddenLayers(network, _ => null);

    /// <inheritdoc/>
    public DenseRun Begin(DenseRunContext context) => new Run(this, context);

    /// <summary>
    /// Gives every parameter of <paramref name="network"/> the value that it has in a new network with all connections, and forgets momentum.
    /// </summary>
    internal static void Rewind(Network network, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var initial = FullNetwork.Create(network.Spec, random);
        for (var block = 0; block < network.Parameters.Sparse.Count; block++)
        {
            var (to, from) = (network.Parameters.Sparse[block], initial.Parameters.Sparse[block].Values);
            for (var row = 0; row < to.Topology.OutputCount; row++)
            {
                var start = to.Topology.RowStart(row);
                var columns = to.Topology.Row(row);
                for (var index = 0; index < columns.Length; index++)
                    to.Values[start + index] = from[(long)row * to.Topology.InputCount + columns[index]];
            }
        }
        for (var block = 0; block < network.Parameters.Dense.Count; block++)
            network.Parameters.Dense[block].CopyFrom(initial.Parameters.Dense[block]);
        network.Parameters.ForgetMomentum();
    }

    private sealed class Run : DenseRun
    {
        private readonly LotteryRule _rule;

        public Run(LotteryRule rule, DenseRunContext context) : base(context)
        {
            _rule = rule;
            var (round, rest) = Math.DivRem(context.State.Epoch, context.Options.RoundEpochs);
            // Between two levels it is that of the one or, if training was stopped there, of the other.
            var isBetween = rest == 0 && context.State.Batch == 0;
            if (isBetween && round is 0 || context.Network.ConnectionCount == CountAt(round)) return;
            if (isBetween && context.Network.ConnectionCount == CountAt(round - 1)) return;
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"rule {RuleName}: the network has {context.Network.ConnectionCount} connections; expected {CountAt(round)} in epoch "
                    + $"{context.State.Epoch + 1} of {rule.Rounds} x {context.Options.RoundEpochs}: go on with the epochs that the run began with"));
        }

        public override void BeginRound(int round)
        {
            if (round == 0)
            {
                FullNetwork.Fill(Context.Network, Context.Random);
                return;
            }
            var blocks = Context.Network.Parameters.Sparse;
            StartPruningRule.Apply(Context.Network.Parameters, GlobalPruning.Keep(
                [.. blocks.Select(block => block.Topology)], [.. blocks.Select(block => block.Values)], CountAt(round)));
            Rewind(Context.Network, Context.Random);
        }

        public override bool IsSparse(long updateCount) =>
            updateCount > (long)(_rule.Rounds - 1) * Context.Options.RoundEpochs * Context.BatchCount;

        private long CountAt(int round) => FullNetwork.Count(
            Context.Network.Parameters.Layout, _rule.Levels[Math.Clamp(round, 0, _rule.Rounds - 1)]);
    }
}
