using ActorSparse.Actors.Tests.Support;

namespace ActorSparse.Actors.Tests.State;

public class TrainingJobTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Replicas_take_the_learning_rate_times_the_workers_and_all_else_as_configured(int workers)
    {
        var job = TestJob.Create(workers, epochs: 10, phaseTwo: 0.3);
        var configured = job.Training.Sgd;
        Assert.Equal(configured with { LearningRate = workers * configured.LearningRate }, job.PhaseTwoSgd());
        Assert.Equal(configured, job.PhaseOneSgd());
    }

    [Fact]
    public void Steps_of_all_workers_warm_up_to_the_learning_rate_times_the_workers()
    {
        var job = TestJob.Create(workers: 4, epochs: 20, mode: TrainingMode.Wssp);
        var (eta, sgd) = (job.Training.Sgd.LearningRate, job.PhaseOneSgd());
        const int UpdatesPerEpoch = 10;
        Assert.Equal(eta, sgd.Schedule.Rate(sgd.LearningRate, 0, UpdatesPerEpoch, 20), 1e-9);
        Assert.Equal(4 * eta, sgd.Schedule.Rate(sgd.LearningRate, 5 * UpdatesPerEpoch, UpdatesPerEpoch, 20), 1e-9);
    }
}
