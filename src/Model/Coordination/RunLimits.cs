
namespace ActorSparse.Model.Coordination;

/// <summary>What a run is limited to, apart from what it trains.</summary>
/// <param name="TopologyHistory">Changes of a layer through which an old gradient can be carried over.</param>
/// <param name="NotFiniteMax">Results in one epoch that are not finite and end the run.</param>
/// <param name="IsMeasured">Whether there is an evaluator.</param>
internal sealed record RunLimits(int TopologyHistory, int NotFiniteMax, bool IsMeasured);
