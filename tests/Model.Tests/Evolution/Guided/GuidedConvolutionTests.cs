using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public sealed class GuidedConvolutionTests
{
    // A convolution keeps the order of connections from one pass to the next: that of other candidates, as many, is another one.
    [Fact]
    public void Candidates_get_the_gradients_of_their_own_places_whoever_was_asked_for_before()
    {
        var job = TestJob.Create() with { Spec = TestJob.Residual };
        using var network = Network.Create(job.Spec, job.Random);
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(job.Spec, job.Training.BatchSize);
        using var gradients = new GradientSet(network.Parameters);
        var shard = new DataShard(job.TrainingSet.SampleCount, job.Training.BatchSize, job.Random, 0, 1);
        using var batch = new BatchGradient(job.Spec, job.TrainingSet, shard, job.Training, compute, job.Random, workspace);
        batch.Compute(network, 0, 0, gradients);
        var evidence = new BatchEvidence(compute, workspace, job.Random, 0);
        for (var block = 0; block < network.Parameters.Sparse.Count; block++)
        {
            var topology = network.Parameters.Sparse[block].Topology;
            long[] absent = [.. GuidedSamples.Absent(topology)];
            Assert.NotEmpty(absent);
            var expected = Gradients(absent);
            Assert.Equal(expected, absent.Select(place => Assert.Single(Gradients(place))));

            float[] Gradients(params ReadOnlySpan<long> places)
            {
                using var candidates = new Candidates(Candidates.TopologyOf(topology, places), default);
                candidates.Differentiate(evidence, block);
                return candidates.Gradients.Span.ToArray();
            }
        }
    }
}
