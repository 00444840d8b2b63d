using ActorSparse.Actors;
using ActorSparse.Actors.Recovery;
using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Host.Recovery;

/// <summary>Runs algorithms with threads, or with workers if a number of them is given: with the same result.</summary>
internal sealed class RecoveryRunner(int threads, int? workers) : IDisposable
{
    private ActorSystem? _system;

    /// <summary>Runs <paramref name="steps"/> on <paramref name="data"/> to their end.</summary>
    public void Run(RecoveryData data, IhtSteps steps, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (workers is { } count)
        {
            _system ??= ActorSystem.Create("actorsparse", DistributedTrainer.LocalConfiguration());
            RecoveryActors.RunAsync(_system, data, steps, count, cancellation: stop).GetAwaiter().GetResult();
            return;
        }
        using var sums = new SampleSums(data, threads);
        steps.Run(sums, stop);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _system?.Terminate().Wait();
        _system?.Dispose();
    }
}
