using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using ActorSparse.Model.Wire;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Serialization;

public sealed class HalfWireTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("half", TestSettings.Hocon);
    private readonly ProtocolSerializer _here, _there;
    private readonly ErrorFeedback _feedback = new();

    public HalfWireTests()
    {
        _here = new((ExtendedActorSystem)_system);
        _there = new((ExtendedActorSystem)_system);
    }

    public void Dispose()
    {
        _feedback.Dispose();
        _here.Dispose();
        _there.Dispose();
        _system.Terminate().Wait();
    }

    [Theory]
    [InlineData(FloatFormat.Bf16)]
    [InlineData(FloatFormat.Fp16)]
    public void What_was_sent_and_what_is_kept_are_together_all_the_gradients(FloatFormat format)
    {
        using var network = TestJob.Filled(1);
        Introduce(network);
        var values = network.Parameters.Sparse.Select(layer => new double[layer.Topology.ConnectionCount]).ToArray();
        var biases = network.Parameters.Dense.Select(layer => new double[layer.Values.Length]).ToArray();
        double magnitude = 0, rounding = 0;
        for (ulong step = 0; step < 50; step++)
        {
            var work = WorkSet.For(network);
            Fill(work.Gradients, step, 1e-3f);
            Sum(work.Gradients, values, biases, sign: 1);
            magnitude = Math.Max(magnitude, work.Gradients.Sparse.Max(layer => HalfPrecision.LargestMagnitude(layer.Span)));
            using var sent = Send(work, format, _feedback);
            Sum(sent.Gradients, values, biases, sign: -1);
            rounding = Math.Max(rounding, _feedback.Residual!.Sparse.Max(layer => HalfPrecision.LargestMagnitude(layer.Span)));
        }
        Sum(_feedback.Residual!, values, biases, sign: -1);
        // Each step adds two numbers of 24 bits: half a last place of what is added up.
        var tolerance = 50 * magnitude * Math.ScaleB(1, -23);
        Assert.All(values.Concat(biases), layer => Assert.All(layer, left => Assert.InRange(left, -tolerance, tolerance)));
        // It did round: the residual is a rounding error of 8 or 11 bits.
        var (least, most) = format == FloatFormat.Bf16 ? (1e-3, 8e-3) : (1e-4, 1e-3);
        Assert.InRange(rounding, magnitude * least, magnitude * most);
    }

    [Fact]
    public void Through_an_evolution_connections_keep_their_residual_and_removed_ones_lose_it()
    {
        var job = TestJob.Create();
        using var network = Network.Create(TestJob.Spec, new RandomSource(7));
        Introduce(network);
        var work = WorkSet.For(network);
        Fill(work.Gradients, 1, 1);
        Send(work, FloatFormat.Bf16, _feedback).Dispose();
        float[] before = [.. _feedback.Residual!.Sparse[0].Span];
        Assert.Contains(before, value => value != 0);

        using var evolution = EpochEvolution.Run(network, job.Training, job.Random, 0);
        Introduce(network);
        work = WorkSet.For(network);
        using var received = Send(work, FloatFormat.Bf16, _feedback);
        // The gradients were 0: what was sent and what is left are what was kept.
        var change = evolution.Steps[0][0]!;
        Assert.InRange(change.GrownCount, 1, change.To.ConnectionCount);
        unsafe
        {
            for (var position = 0; position < change.To.ConnectionCount; position++)
            {
                var source = change.Sources[position];
                var kept = received.Gradients.Sparse[0][position] + _feedback.Residual.Sparse[0][position];
                Assert.Equal(source < 0 ? 0 : before[source], kept);
            }
        }
        Assert.Equal(network.Parameters.Sparse.Select(layer => layer.Topology.Id), _feedback.Residual.TopologyIds);
    }

    [Fact]
    public void Topologies_without_a_known_change_begin_again_from_nothing()
    {
        using var network = Network.Create(TestJob.Spec, new RandomSource(7));
        using var other = Network.Create(TestJob.Spec, new RandomSource(8));
        Introduce(network);
        Introduce(other);
        var work = WorkSet.For(network);
        Fill(work.Gradients, 1, 1);
        Send(work, FloatFormat.Bf16, _feedback).Dispose();
        using var received = Send(WorkSet.For(other), FloatFormat.Bf16, _feedback);
        // The output layer has every connection there can be, in both networks.
        Assert.All(received.Gradients.Sparse.Take(2), layer => Assert.All(layer.Span.ToArray(), value => Assert.Equal(0, value)));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_arrives_as_such_and_leaves_no_residual()
    {
        using var network = TestJob.Filled(1);
        Introduce(network);
        foreach (var bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            var work = WorkSet.For(network);
            Fill(work.Gradients, 1, 1);
            work.Gradients.Sparse[1][3] = bad;
            using var received = Send(work, FloatFormat.Fp16, _feedback);
            Assert.StartsWith(
                "layer 2", Divergence.OfGradients(network.Parameters, received.Gradients, meanLoss: 1), StringComparison.Ordinal);
            Assert.All(_feedback.Residual!.Sparse[1].Span.ToArray(), value => Assert.True(float.IsFinite(value)));
        }
    }

    // Both ways: 2 x 28, 12 and 15 bits for each value, biases among them.
    [Theory]
    [InlineData(FloatFormat.Full, 7)]
    [InlineData(FloatFormat.Bf16, 3)]
    [InlineData(FloatFormat.Fp16, 3.75)]
    public void Exponents_travel_in_four_bits(FloatFormat format, double bytesPerValue)
    {
        using var network = Network.Create(new() { LayerSizes = [100, 200, 10], Epsilon = 20 }, new RandomSource(1));
        Introduce(network);
        var work = WorkSet.For(network);
        Fill(work.Gradients, 1, 1e-3f);
        using var gradients = _here.Write(Gradients(work), Writer(format));
        using var parameters = _here.Write(Parameters(WorkSet.For(network), Ids(network)), Writer(format));
        var values = network.Parameters.Blocks.Sum(block => block.Values.Length);
        Assert.InRange(gradients.Length + parameters.Length, bytesPerValue * values, bytesPerValue * values + 600);
    }

    [Theory]
    [InlineData(FloatFormat.Bf16)]
    [InlineData(FloatFormat.Fp16)]
    public void Training_over_half_precision_is_as_accurate(FloatFormat format)
    {
        var full = Accuracy(FloatFormat.Full);
        Assert.InRange(full, 0.8, 1);
        Assert.InRange(Accuracy(format), full - 0.01, 1);
    }

    // One worker and its coordinator, with evolution after every epoch, and nothing between them but bytes.
    private double Accuracy(FloatFormat format)
    {
        var job = TestJob.Create(epochs: 10, samples: 840);
        var batches = job.BatchesPerShard()[0];
        using var server = new ParameterServer(
            Network.Create(job.Spec, job.Random), job, TestSettings.Protocol.TopologyHistory, 0, batches);
        using var gradients = new ShardGradients(job, threads: 1);
        using var feedback = new ErrorFeedback();
        ulong[] known = [];
        for (var epoch = 0; epoch < job.Training.Epochs; epoch++)
        {
            for (var batch = 0; batch < batches; batch++)
            {
                using var written = _here.Write(Parameters(WorkSet.For(server.Network), known), Writer(format));
                var answer = (PhaseOne.Parameters)_there.Read([written.ToArray()], "1p");
                Assert.True(answer.Work.TryTake(out var work));
                known = Ids(work.Replica);
                gradients.Gradient(work.Replica, 0, epoch, batch, work.Gradients);
                using var received = Send(work, format, feedback, _there, _here);
                Assert.Equal(RefusalReason.None, server.Admit(received.Gradients, server.ModelVersion, meanLoss: 1, out _));
                server.Apply(received.Gradients, server.ModelVersion);
            }
            using var snapshot = server.Network.Clone();
            server.Evolve(EpochEvolution.Run(snapshot, job.Training, job.Random, epoch));
        }
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(job.Spec, 50);
        return Evaluator.Evaluate(compute, server.Network, TinyData.Create(3000, 8, 3, seed: 99), workspace).Score;
    }

    private static WireWriter Writer(FloatFormat format) => new() { GradientFormat = format, ParameterFormat = format };

    // Whoever gets gradients must know their topologies.
    private void Introduce(Network network)
    {
        var message = (PhaseOne.Parameters)_there.FromBinary(
            _here.ToBinary(Parameters(WorkSet.For(network), _feedback.Residual?.TopologyIds ?? [])), "1p");
        Assert.True(message.Work.TryTake(out var work));
        work.Dispose();
    }

    private WorkSet Send(WorkSet work, FloatFormat format, ErrorFeedback feedback) => Send(work, format, feedback, _here, _there);

    private static WorkSet Send(WorkSet work, FloatFormat format, ErrorFeedback feedback, ProtocolSerializer from, ProtocolSerializer to)
    {
        // As a link does; and whatever it says is sent arrives.
        feedback.Apply(format, work.Gradients, work.Replica.Parameters);
        float[][] sent = [.. work.Gradients.Blocks.Select(buffer => buffer.Span.ToArray())];
        using var written = from.Write(Gradients(work), Writer(format));
        Assert.True(((PhaseOne.GradientPush)to.Read([written.ToArray()], "1g")).Work.TryTake(out var received));
        foreach (var (expected, actual) in sent.Zip(received.Gradients.Blocks)) Assert.True(expected.AsSpan().SequenceEqual(actual.Span));
        return received;
    }

    private static PhaseOne.GradientPush Gradients(WorkSet work) =>
        new(1, "w", 1, 1, 1, 1, new(1, 8, 8, 4, 8), Ids(work.Replica), new(work));

    private static PhaseOne.Parameters Parameters(WorkSet work, IReadOnlyList<ulong> known) =>
        new(1, "w", 1, 1, 1, new(1, 0, 0, 0), false, RefusalReason.None, known, new(work));

    private static ulong[] Ids(Network network) => [.. network.Parameters.Sparse.Select(layer => layer.Topology.Id)];

    private static void Fill(GradientSet gradients, ulong seed, float size)
    {
        var random = new RandomSource(seed).Stream("gradients");
        foreach (var buffer in gradients.Sparse.Concat(gradients.Dense))
            foreach (ref var value in buffer.Span) value = (float)random.NextGaussian() * size;
    }

    private static void Sum(GradientSet gradients, double[][] values, double[][] biases, int sign)
    {
        for (var layer = 0; layer < values.Length; layer++)
        {
            for (var index = 0; index < values[layer].Length; index++)
                values[layer][index] += sign * (double)gradients.Sparse[layer][index];
            for (var index = 0; index < biases[layer].Length; index++)
                biases[layer][index] += sign * (double)gradients.Dense[layer][index];
        }
    }
}
