using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public class CandidateSetTests
{
    private static readonly NetworkSpec s_spec = new() { LayerSizes = [9, 14, 11, 4], Epsilon = 2 };

    [Fact]
    public void What_is_drawn_fits_the_network_it_was_drawn_for_and_present_connections_and_other_shapes_do_not() =>
        Property.Seed.ForAll(50, seed =>
        {
            using var network = Network.Create(s_spec, new RandomSource(seed));
            var rule = new GseRule(Guidance.Uniform, new());
            using var drawn = rule.Draw(NetworkSnapshot.Of(network, new RandomSource(seed + 1), 0), []);
            Assert.True(drawn.Fit(network));
            Assert.NotNull(drawn.Layers[0]);

            using var other = Network.Create(s_spec with { LayerSizes = [9, 14, 12, 4] }, new RandomSource(seed));
            Assert.False(drawn.Fit(other));
            using var fewer = Network.Create(s_spec with { LayerSizes = [9, 14, 11] }, new RandomSource(seed));
            Assert.False(drawn.Fit(fewer));

            drawn.Replace(1, new Candidates(network.Layers[1].Topology.Retain(), default));
            Assert.False(drawn.Fit(network));
            drawn.Replace(1, null);
            Assert.True(drawn.Fit(network));
        });
}
