using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>Prunes <paramref name="full"/>, which has all connections, down to <paramref name="count"/> before training begins.</summary>
internal delegate void PruneAtStart(Network full, DenseRunContext context, long count);
