using ActorSparse.Model.Evolution.Guided;

namespace ActorSparse.Model.Evolution;

/// <summary>What topology rules are made with; each takes what is its own.</summary>
/// <param name="Zeta">Fraction that SET replaces.</param>
/// <param name="Guided">How much is replaced and when under rules that evolve with batches.</param>
/// <param name="Sparsity">Share of all connections that the network is to lack; null where nobody says it.</param>
internal sealed record RuleSettings(double Zeta, GuidedOptions Guided, double? Sparsity = null);
