using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class TrainingJobTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Replicas_take_the_learning_rate_times_the_workers_and_all_else_as_configured(int workers)
    {
        var job = TestJob.Create(workers, epochs: 10, phaseTwo: 0.3);
        var configured = job.Training.Optimizer;
        Assert.Equal(configured with { LearningRate = workers * configured.LearningRate }, job.PhaseTwoOptimizer());
        Assert.Equal(configured, job.PhaseOneOptimizer());
    }

    [Fact]
    public void Replicas_of_AdamW_take_the_root_of_the_workers_times_the_rate()
    {
        var job = TestJob.Create(workers: 4, epochs: 10, phaseTwo: 0.3);
        var configured = job.Training.Optimizer with { Kind = Model.Training.OptimizerKind.AdamW };
        job = job with { Training = job.Training with { Optimizer = configured } };
        Assert.Equal(configured with { LearningRate = 2 * configured.LearningRate }, job.PhaseTwoOptimizer());
    }

    [Fact]
    public void Steps_of_all_workers_warm_up_to_the_learning_rate_times_the_workers()
    {
        var job = TestJob.Create(workers: 4, epochs: 20, mode: TrainingMode.Wssp);
        var (eta, sgd) = (job.Training.Optimizer.LearningRate, job.PhaseOneOptimizer());
        const int UpdatesPerEpoch = 10;
        Assert.Equal(eta, sgd.Schedule.Rate(sgd.LearningRate, 0, UpdatesPerEpoch, 20), 1e-9);
        Assert.Equal(4 * eta, sgd.Schedule.Rate(sgd.LearningRate, 5 * UpdatesPerEpoch, UpdatesPerEpoch, 20), 1e-9);
    }
}
