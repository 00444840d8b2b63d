using System.Diagnostics;
using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>
/// Whole trainings while messages are delayed, lost, repeated and reordered and actors crash. Other seeds, as many as wanted:
/// <c>ACTORSPARSE_SIMULATION_SEEDS=1-100000 ./test --filter TrainingSimulation</c>.
/// </summary>
public sealed class TrainingSimulationTests
{
    [Fact]
    public void Every_batch_counts_once_and_the_run_ends_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 2_000, Scenarios.Anything);

    [Fact]
    public void With_one_worker_the_network_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 300, Scenarios.OneWorker);

    [Fact]
    public void Step_by_step_the_network_is_that_of_a_run_without_faults() => SimulationSeeds.ForEach(1, 200, Scenarios.StepByStep);

    [Fact]
    public void Guided_growth_happens_once_and_in_order_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 500, Scenarios.Guided);

    [Fact]
    public void With_one_worker_guided_growth_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 200, Scenarios.GuidedOneWorker);

    [Fact]
    public void Step_by_step_guided_growth_is_that_of_a_run_without_faults() => SimulationSeeds.ForEach(1, 100, Scenarios.GuidedStepByStep);

    [Fact]
    public void Averages_are_taken_or_not_as_in_a_run_without_faults() => SimulationSeeds.ForEach(1, 100, Scenarios.Doubted);

    [Fact]
    public void Messages_copied_as_between_machines_bear_the_same_faults() => SimulationSeeds.ForEach(1, 100, Scenarios.Copied);

    [Fact]
    public void In_order_at_most_one_large_message_of_a_worker_s_life_waits_for_the_coordinator() =>
        SimulationSeeds.ForEach(1, 300, Scenarios.InOrder);

    [Fact]
    public void A_run_continued_from_any_of_its_checkpoints_does_the_rest_exactly_once() => SimulationSeeds.ForEach(1, 100, Scenarios.Continued);

    [Fact]
    public void With_local_steps_every_batch_counts_once_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 500, Scenarios.Local);

    [Fact]
    public void A_run_with_local_steps_continued_from_any_of_its_checkpoints_does_the_rest_exactly_once() =>
        SimulationSeeds.ForEach(1, 100, Scenarios.LocalContinued);

    [Fact]
    public void Evaluations_and_evolutions_may_take_as_long_as_they_do() => SimulationSeeds.ForEach(1, 40, Scenarios.SlowHelpers);

    [Fact]
    public void Workers_that_are_all_slower_than_they_may_be_come_to_the_end() => SimulationSeeds.ForEach(1, 40, Scenarios.SlowWorkers);

    // Hash codes of text, and with them the order of many collections, differ from process to process.
    [Fact]
    public async Task A_seed_gives_the_same_run_in_another_process()
    {
        var assembly = typeof(TrainingSimulationTests).Assembly.Location;
        using var other = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly, "1", "10"])
        {
            RedirectStandardOutput = true,
        })!;
        var lines = await other.StandardOutput.ReadToEndAsync();
        await other.WaitForExitAsync();
        Assert.Equal(Scenarios.Digests(1, 10), lines.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}
