namespace ActorSparse.Model.Evolution;

/// <summary>
/// How a network's connections are pruned and regrown. A pure function of the snapshot: same snapshot and random streams, same changes.
/// </summary>
public interface ITopologyRule
{
    /// <summary>Name as recipes write it.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the network evolves at the end of every epoch but the last. If not, it evolves with the batches for which
    /// <see cref="IsDue"/> holds, and the snapshot must have <see cref="NetworkSnapshot.Evidence"/>.
    /// </summary>
    bool EvolvesAfterEpochs => true;

    /// <summary>
    /// Whether the network evolves with update <paramref name="update"/>, counted from 0, of <paramref name="updatesTotal"/>.
    /// </summary>
    bool IsDue(long update, long updatesTotal) => false;

    /// <summary>The change that this rule makes to every layer. The caller owns the result.</summary>
    NetworkEvolution Evolve(NetworkSnapshot network);
}
