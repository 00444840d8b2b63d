using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public class EpochBooksTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void Each_epoch_has_its_own_sums_and_closing_one_leaves_the_others()
    {
        var books = Books();
        books.Add(0, new TrainingTally(1, 4, 8, 3, 8));
        books.Add(1, new TrainingTally(1, 2, 8, 5, 8));
        books.Add(0, new TrainingTally(2, 6, 16, 4, 16));
        books.Add(0, new EvolutionSummary(3, 2));
        books.Add(0, new EvolutionSummary(1, 1));
        books.Add(1, new EvolutionSummary(9, 9));
        Assert.Equal(new(3, 10, 24, 7, 24), books.TallyOf(0));
        var closed = books.Close(0);
        Assert.Equal((new(3, 10, 24, 7, 24), new(4, 3)), (closed.Tally, closed.Evolution));
        Assert.Equal(default, books.TallyOf(0));
        Assert.Equal([1], books.Tallies.Keys);
        Assert.Equal([new(9, 9)], books.Evolutions.Values);
    }

    [Fact]
    public void An_epoch_of_which_nothing_was_counted_is_empty()
    {
        var closed = Books().Close(5);
        Assert.Equal((default, default, 0.0, 0.0), closed);
    }

    [Fact]
    public void An_epoch_takes_from_the_end_of_the_one_before_and_the_first_from_when_training_begins()
    {
        var books = Books();
        _clock.Seconds = 10;
        books.CountTime(true);
        _clock.Seconds = 13;
        Assert.Equal(3, books.Close(0).Seconds, 1e-9);
        _clock.Seconds = 20;
        Assert.Equal(7, books.Close(1).Seconds, 1e-9);
    }

    [Fact]
    public void Time_without_anybody_who_trains_is_not_the_epoch_s()
    {
        var books = Books();
        books.CountTime(true);
        _clock.Seconds = 2;
        books.CountTime(false);
        _clock.Seconds = 100;
        books.CountTime(false);
        books.CountTime(true);
        books.CountTime(true);
        _clock.Seconds = 103;
        Assert.Equal(5, books.Close(0).Seconds, 1e-9);
        books.CountTime(false);
        _clock.Seconds = 200;
        Assert.Equal(0, books.Close(1).Seconds, 1e-9);
        books.CountTime(true);
        _clock.Seconds = 201;
        Assert.Equal(1, books.Close(2).Seconds, 1e-9);
    }

    [Fact]
    public void Time_of_evolutions_counts_for_the_epoch_that_ends_next()
    {
        var books = Books();
        books.Add(0, default, seconds: 1.5);
        books.Add(0, default, seconds: 2);
        Assert.Equal(3.5, books.Close(0).EvolveSeconds);
        Assert.Equal(0, books.Close(1).EvolveSeconds);
    }

    [Fact]
    public void They_go_on_from_a_state_and_leave_it_as_it_is()
    {
        var job = TestJob.Create();
        using var state = TestJob.Begin(job) with
        {
            Tallies = new Dictionary<int, TrainingTally> { [2] = new(1, 1, 8, 4, 8) },
            Evolutions = new Dictionary<int, EvolutionSummary> { [2] = new(5, 4) },
        };
        var books = new EpochBooks(state, _clock);
        books.Add(2, new TrainingTally(1, 2, 8, 4, 8));
        var closed = books.Close(2);
        Assert.Equal((new(2, 3, 16, 8, 16), new(5, 4)), (closed.Tally, closed.Evolution));
        Assert.Equal(new(1, 1, 8, 4, 8), state.Tallies[2]);
        Assert.Single(state.Evolutions);
    }

    private EpochBooks Books()
    {
        using var state = TestJob.Begin(TestJob.Create());
        return new(state, _clock);
    }

    private sealed class SteppedClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long GetTimestamp() => (long)(Seconds * TimestampFrequency);
    }
}
