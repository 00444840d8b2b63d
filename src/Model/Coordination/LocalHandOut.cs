using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>A worker's local steps: the hand-out it trains on, and when to ask for the one after it.</summary>
internal sealed class LocalHandOut(TrainingJob job, ShardGradients gradients) : IDisposable
{
    private readonly LocalTrainer _trainer = new(job, gradients);
    private readonly RequestTiming _timing = new();
    private NetworkEvolution? _evolution;
    private double _evolveSeconds;
    private TimeSpan _took;
    private bool _hasAsked;

    /// <summary>The order it works on.</summary>
    public BatchOrder Order { get; private set; }

    /// <summary>Version of the parameters that came with it.</summary>
    public long ModelVersion { get; private set; }

    /// <summary>Whether all batches are done.</summary>
    public bool IsFinished => _trainer.IsFinished;

    /// <summary>Whether the next batches are to be asked for now.</summary>
    public bool IsTimeToAsk => !_hasAsked && _timing.IsDue(
        Order.Assignment.Count - _trainer.Tally.Batches, _trainer.Tally.Batches == 0 ? TimeSpan.Zero : _took / _trainer.Tally.Batches);

    /// <summary>Begins an order with parameters of <paramref name="modelVersion"/>; its set stays the caller's.</summary>
    public void Begin(BatchOrder order, long modelVersion)
    {
        _evolution?.Dispose();
        (Order, ModelVersion, _evolution, _evolveSeconds, _took, _hasAsked) = (order, modelVersion, null, 0, TimeSpan.Zero, false);
        _trainer.Begin(order.Assignment, modelVersion, order.LocalSteps!.Value, order.Work.Replica);
    }

    /// <summary>A step with the next batch, or on several threads with the next ones.</summary>
    /// <exception cref="TrainingDivergedException">A gradient is not finite.</exception>
    public void Step() => _trainer.Step(Order.Evolves ? Evolve : null);

    /// <summary>A step took so long.</summary>
    public void Spend(TimeSpan time) => _took += time;

    /// <summary>The next batches are asked for now.</summary>
    public void Ask(TimeSpan now)
    {
        _hasAsked = true;
        _timing.Ask(now);
    }

    /// <summary>They are here.</summary>
    public void Answer(TimeSpan now)
    {
        if (_hasAsked) _timing.Answer(now);
    }

    /// <summary>What came of the order, in the set that came with it.</summary>
    public BatchAnswer Finish()
    {
        var work = Order.Work;
        _trainer.Finish(work.Replica, work.Gradients);
        var answer = new BatchAnswer(
            Order.Assignment.Ticket, ModelVersion, _trainer.Tally, work, _evolution, _evolveSeconds, _took.TotalSeconds - _evolveSeconds);
        _evolution = null;
        return answer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _evolution?.Dispose();
        _trainer.Dispose();
    }

    private void Evolve(Network network, ShardGradients source)
    {
        var began = job.Clock.GetTimestamp();
        _evolution = source.Evolve(network, ModelVersion);
        _evolveSeconds = job.Clock.GetElapsedTime(began).TotalSeconds;
    }
}
