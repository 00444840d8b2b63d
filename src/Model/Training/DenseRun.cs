using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>The part of an <see cref="IDenseRule"/> in one run.</summary>
/// <param name="context">The run.</param>
internal abstract class DenseRun(DenseRunContext context) : IDisposable
{
    /// <summary>Networks of its own beside the one in training, all that is not a function of the seed: checkpoints hold them.</summary>
    public virtual IReadOnlyList<Network> Kept => [];

    /// <summary>The run.</summary>
    protected DenseRunContext Context { get; } = context;

    /// <summary>
    /// Prepares the network for round <paramref name="round"/>, counted from 0, before its first batch. It may have done so before, if
    /// training was stopped there, and must come to the same.
    /// </summary>
    public abstract void BeginRound(int round);

    /// <summary>
    /// Whether the network is as sparse after so many updates as it is to be: before that none counts as the best.
    /// </summary>
    public virtual bool IsSparse(long updateCount) => true;

    /// <summary>
    /// Follows update <paramref name="update"/>, counted from 0, with what its batch left behind. Returns what changed in the network and
    /// what it took.
    /// </summary>
    public virtual (EvolutionSummary Summary, EvolutionCost Cost) AfterUpdate(long update, BatchEvidence evidence) => default;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what it keeps.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
