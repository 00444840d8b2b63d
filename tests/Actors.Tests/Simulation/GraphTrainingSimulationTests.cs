using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>The same for a network with convolutions, norms and a residual: running averages are blocks as others are.</summary>
public sealed class GraphTrainingSimulationTests
{
    [Fact]
    public void Every_batch_counts_once_and_the_run_ends_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 200, Scenarios.Graph);

    [Fact]
    public void With_one_worker_the_network_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 100, Scenarios.GraphOneWorker);

    [Fact]
    public void Step_by_step_the_network_is_that_of_a_run_without_faults() => SimulationSeeds.ForEach(1, 100, Scenarios.GraphStepByStep);

    [Fact]
    public void With_local_steps_every_batch_counts_once_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 150, Scenarios.GraphLocal);

    [Fact]
    public void A_run_continued_from_any_of_its_checkpoints_does_the_rest_exactly_once() =>
        SimulationSeeds.ForEach(1, 50, Scenarios.GraphContinued);
}
