using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Compute;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public sealed class GuidedRuleTests : IDisposable
{
    private const int Samples = 24;
    private static readonly GuidedOptions s_often = new() { Interval = 1, Until = 1 };

    private readonly NetworkCompute _compute = new();

    public static TheoryData<string, ConnectionBudget> RulesAndBudgets
    {
        get
        {
            var data = new TheoryData<string, ConnectionBudget>();
            foreach (var rule in TopologyRules.SparseNames.Except(["set", "set-zero", "static"]))
                foreach (var budget in Enum.GetValues<ConnectionBudget>()) data.Add(rule, budget);
            return data;
        }
    }

    public void Dispose() => _compute.Dispose();

    [Fact]
    public void A_candidates_gradient_is_the_one_that_the_network_reports_once_it_is_there()
    {
        using var trained = new Trained(1, 8, 3);
        for (var layer = 0; layer < trained.Network.Parameters.Sparse.Count; layer++)
        {
            using var candidates = CandidateSampler.Draw(trained.Snapshot(_compute).Blocks[layer], null, 2);
            if (candidates is null) continue;
            candidates.Differentiate(trained.Evidence(_compute), layer);
            Assert.Equal(candidates.Count, candidates.Cost.GradientCount);
            var values = candidates.Gradients.Span.ToArray();

            using var removed = new NativeBuffer<byte>(trained.Network.Parameters.Sparse[layer].Values.Length);
            using var change = TopologyEdit.Build(
                trained.Network.Parameters.Sparse[layer].Topology, removed, [.. TestTopologies.Positions(candidates.Topology)]);
            using var grown = trained.Network.Clone();
            grown.Parameters.Sparse[layer].Apply(change);
            using var gradients = new GradientSet(grown.Parameters);
            trained.Run(_compute, grown, gradients);
            var sources = GuidedSamples.Sources(change);
            Assert.Equal(values, gradients.Sparse[layer].Span.ToArray().Where((_, index) => sources[index] < 0));
        }
    }

    [Fact]
    public void A_candidates_gradient_is_the_slope_of_the_loss_at_zero()
    {
        using var trained = new Trained(2, 8, 3);
        const int Layer = 1;
        using var candidates = CandidateSampler.Draw(trained.Snapshot(_compute).Blocks[Layer], null, 1)!;
        candidates.Differentiate(trained.Evidence(_compute), Layer);
        using var removed = new NativeBuffer<byte>(trained.Network.Parameters.Sparse[Layer].Values.Length);
        using var change = TopologyEdit.Build(
            trained.Network.Parameters.Sparse[Layer].Topology, removed, [.. TestTopologies.Positions(candidates.Topology)]);
        using var grown = trained.Network.Clone();
        grown.Parameters.Sparse[Layer].Apply(change);
        var oracle = new DoubleNetwork(grown);
        var sources = GuidedSamples.Sources(change);
        var next = 0;
        for (var index = 0; index < sources.Length; index++)
        {
            if (sources[index] >= 0) continue;
            var slope = DoubleNetwork.Difference(oracle.Values[Layer], index, () => oracle.Loss(trained.Inputs, trained.Labels, [], 0, 0));
            Assert.Equal(slope, candidates.Gradients[next++], 1e-6 + 1e-5 * Math.Abs(slope));
        }
        Assert.Equal(candidates.Count, next);
    }

    [Theory]
    [MemberData(nameof(RulesAndBudgets))]
    public void An_evolution_keeps_the_budget_and_the_function_of_what_it_leaves(string name, ConnectionBudget budget) =>
        Gen.Select(Gen.Int[3, 8], Property.Seed).ForAll(20, (layerFactor, seed) =>
        {
            using var trained = new Trained(seed, layerFactor, 3);
            using var evolution = TopologyRules.Create(name, 0, s_often with { Budget = budget }).Evolve(trained.Snapshot(_compute));
            var counts = trained.Network.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount).ToArray();
            using var pruned = trained.Network.Clone();
            for (var layer = 0; layer < counts.Length; layer++)
                if (evolution.Changes[layer] is { } change)
                    foreach (var index in GuidedSamples.Pruned(change)) pruned.Parameters.Sparse[layer].Values[index] = 0;
            NetworkEvolution.Apply(trained.Network.Parameters, evolution.Changes);
            foreach (var (before, now) in pruned.Parameters.Dense.Zip(trained.Network.Parameters.Dense))
                Assert.Equal(before.Values.Span.ToArray(), now.Values.Span.ToArray());
            var after = trained.Network.Parameters.Sparse.Select(layer => layer.Topology.ConnectionCount).ToArray();
            Assert.Equal(counts.Sum(), after.Sum());
            if (budget == ConnectionBudget.Layer) Assert.Equal(counts, after);
            Assert.Contains(evolution.Changes, change => change is not null);
            AssertSameFunction(trained, pruned, trained.Network);
        });

    [Fact]
    public void A_generous_subset_finds_what_a_dense_gradient_finds() =>
        Gen.Select(Gen.Int[1, 3], Property.Seed).ForAll(10, (layerFactor, seed) =>
        {
            using var trained = new Trained(seed, layerFactor, 3);
            var snapshot = trained.Snapshot(_compute);
            var expected = DenseOracle(trained, 0.2);
            foreach (var name in new[] { "gse-uniform", "rigl" })
            {
                using var evolution = TopologyRules.Create(name, 0, s_often with { GrowSubset = 400 }).Evolve(snapshot);
                Assert.Equal(expected, evolution.Changes.Select(change => change is null ? "" : string.Join(',', GuidedSamples.Grown(change))));
            }
        });

    [Fact]
    public void A_tiny_subset_grows_no_more_than_it_sampled()
    {
        using var trained = new Trained(1, 8, 3);
        using var evolution = new GseRule(Guidance.GraBo, s_often with { GrowSubset = 0.01 }).Evolve(trained.Snapshot(_compute));
        Assert.InRange(evolution.Changes.Sum(change => change?.GrownCount ?? 0), 1, evolution.Cost.GradientCount);
        Assert.Equal(evolution.Changes.Sum(change => change?.GrownCount ?? 0), evolution.Changes.Sum(change => change?.PrunedCount ?? 0));
    }

    [Theory]
    [MemberData(nameof(RulesAndBudgets))]
    public void The_number_of_threads_changes_nothing(string name, ConnectionBudget budget)
    {
        using var many = new NetworkCompute(threads: 3);
        using var trained = new Trained(7, 8, 3);
        var rule = TopologyRules.Create(name, 0, s_often with { Budget = budget });
        using var one = rule.Evolve(trained.Snapshot(_compute));
        using var three = rule.Evolve(trained.Snapshot(many));
        Assert.Equal(one.Changes.Select(change => change?.To.Id), three.Changes.Select(change => change?.To.Id));
    }

    [Fact]
    public void After_the_end_of_evolution_nothing_changes()
    {
        using var trained = new Trained(1, 8, 3);
        var rule = new GseRule(Guidance.Uniform, s_often with { Until = 0.5 });
        using var evolution = rule.Evolve(trained.Snapshot(_compute) with { Update = 5, UpdatesTotal = 10 });
        Assert.All(evolution.Changes, Assert.Null);
        Assert.Equal(default, evolution.Cost);
        Assert.Equal([true, true, true, true, true, false, false], Enumerable.Range(0, 7).Select(update => rule.IsDue(update, 10)));
    }

    [Fact]
    public void A_connection_that_is_pruned_and_grown_again_has_no_momentum_and_follows_its_gradient_alone()
    {
        using var topology = TestTopologies.FromRows(3, [0], [1, 2]);
        var spec = new NetworkSpec { LayerSizes = [3, 2] };
        using var network = new Network(spec, ParameterSet.Zero(spec.Layout(), [topology]));
        var layer = network.Parameters.Sparse[0];
        new[] { 0.5f, -0.1f, 0.2f }.CopyTo(layer.Values.Span);
        layer.Velocities.Span.Fill(3);
        Replace(layer, [[0, 0, 6], [0, 0, 0]]);
        new[] { 0.01f, 1, 0.2f }.CopyTo(layer.Values.Span);
        Replace(layer, [[0, 0, 0], [0, 7, 0]]);
        Assert.Equal([2L, 4, 5], TestTopologies.Positions(layer.Topology));
        Assert.Equal([1f, 0, 0.2f], layer.Values.Span.ToArray());
        Assert.Equal([0f, 0, 3], layer.Velocities.Span.ToArray());

        using var gradients = new GradientSet(network.Parameters);
        new[] { 2f, -4, 0 }.CopyTo(gradients.Sparse[0].Span);
        _compute.Update(network.Parameters, gradients, new SgdStep(0.5f, 0.9f, 0.1f, false, 1));
        Assert.Equal(2, layer.Values[1]);

        static void Replace(SparseBlock layer, double[][] gradients)
        {
            using var candidates = GuidedSamples.Candidates(layer.Topology, gradients);
            using var change = GuidedSelection.Select([GuidedSamples.Snapshot(layer, 1)], [candidates], new(), 0.2)[0]!;
            layer.Apply(change);
        }
    }

    [Fact]
    public void Weights_by_fan_in_have_variance_one_over_fan_in()
    {
        using var network = Network.Create(
            new NetworkSpec { LayerSizes = [3000, 40, 4000, 2], Epsilon = 0.5, Initializer = Initializer.FanIn }, new RandomSource(3));
        var (wide, wideBiases) = (network.Parameters.Sparse[0], network.Parameters.Dense[0].Values);
        for (var row = 0; row < 40; row++)
        {
            var fanIn = wide.Topology.Row(row).Length;
            var values = wide.Values.Slice(wide.Topology.RowStart(row), fanIn).ToArray();
            Assert.All(values, value => Assert.InRange(value * value, 0, 3.0 / fanIn * 1.000001));
            Assert.InRange(wideBiases[row] * wideBiases[row], 0, 3.0 / fanIn * 1.000001);
        }
        var normalised = Enumerable.Range(0, 40).SelectMany(row =>
            wide.Values.Slice(wide.Topology.RowStart(row), wide.Topology.Row(row).Length).ToArray().Select(value => (double)value * value * wide.Topology.Row(row).Length));
        Assert.InRange(normalised.Average(), 0.93, 1.07);
        var lonely = network.Parameters.Sparse[1];
        var biases = Enumerable.Range(0, 4000).Where(row => lonely.Topology.Row(row).Length == 0)
            .Select(row => network.Parameters.Dense[1].Values[row]).ToArray();
        Assert.True(biases.Length > 100);
        Assert.InRange(biases.Max(Math.Abs), 1.6, Math.Sqrt(3) * 1.000001);
    }

    private static List<string> DenseOracle(Trained trained, double fraction)
    {
        var grown = new List<string>();
        for (var layer = 0; layer < trained.Network.Parameters.Sparse.Count; layer++)
        {
            var topology = trained.Network.Parameters.Sparse[layer].Topology;
            float[][] Rows(ActivationMatrix matrix) => [.. Enumerable.Range(0, matrix.Neurons).Select(neuron => matrix.Row(neuron).ToArray())];
            var gradients = GuidedSamples.Gradients(Rows(trained.Workspace.Activations[layer]), Rows(trained.Workspace.Delta(layer)));
            var count = (int)Math.Ceiling(fraction * topology.ConnectionCount);
            grown.Add(string.Join(',', GuidedSamples.Absent(topology)
                .OrderByDescending(position => Math.Abs(gradients[position / topology.InputCount][position % topology.InputCount])).Take(count).Order()));
        }
        return grown;
    }

    private void AssertSameFunction(Trained trained, Network expected, Network actual)
    {
        using var left = new Workspace(expected.Spec, Samples);
        using var right = new Workspace(expected.Spec, Samples);
        trained.Fill(left);
        trained.Fill(right);
        _compute.Forward(expected, left);
        _compute.Forward(actual, right);
        for (var neuron = 0; neuron < left.Output.Neurons; neuron++) Assert.Equal(left.Output.Row(neuron).ToArray(), right.Output.Row(neuron).ToArray());
    }

    /// <summary>A small network after the backward pass of one batch.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly RandomSource _random;

        public Trained(ulong seed, int layerFactor, double epsilon)
        {
            _random = new RandomSource(seed);
            var spec = new NetworkSpec { LayerSizes = [4 * layerFactor, 5 * layerFactor, 3 * layerFactor, 3], Epsilon = epsilon / 1.5, HiddenActivation = new(ActivationKind.Tanh) };
            Network = Network.Create(spec, _random);
            var random = _random.Stream("data");
            Inputs = [.. GuidedSamples.Random(Samples, spec.LayerSizes[0], random).Select(row => row.Select(x => (double)x).ToArray())];
            Labels = [.. Enumerable.Range(0, Samples).Select(_ => random.NextInt32(3))];
            Workspace = new Workspace(spec, Samples);
            using var compute = new NetworkCompute();
            using var gradients = new GradientSet(Network.Parameters);
            Fill(Workspace);
            compute.ForwardTraining(Network, Workspace, 0, 0);
            compute.Backward(Network, Workspace, Labels, gradients, []);
        }

        public Network Network { get; }

        public Workspace Workspace { get; }

        public double[][] Inputs { get; }

        public int[] Labels { get; }

        public BatchEvidence Evidence(NetworkCompute compute) => new(compute, Workspace, _random, 0);

        public NetworkSnapshot Snapshot(NetworkCompute compute) =>
            NetworkSnapshot.Of(Network, _random, 0) with { Evidence = Evidence(compute), UpdatesTotal = 1000 };

        public void Run(NetworkCompute compute, Network network, GradientSet gradients)
        {
            using var workspace = new Workspace(network.Spec, Samples);
            Fill(workspace);
            compute.ForwardTraining(network, workspace, 0, 0);
            compute.Backward(network, workspace, Labels, gradients, []);
        }

        public void Fill(Workspace workspace)
        {
            for (var feature = 0; feature < workspace.Input.Neurons; feature++)
                for (var sample = 0; sample < Samples; sample++) workspace.Input.Row(feature)[sample] = (float)Inputs[sample][feature];
        }

        public void Dispose()
        {
            Network.Dispose();
            Workspace.Dispose();
        }
    }
}
