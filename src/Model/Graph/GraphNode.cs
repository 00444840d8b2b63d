using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Graph;

/// <summary>One node of a network: what it computes, from what.</summary>
/// <param name="Name">Its name, which no other node has; blocks of parameters and messages are called by it.</param>
/// <param name="Operator">What it computes.</param>
/// <param name="Inputs">Where its inputs come from: 0 is the network's input, n is node n - 1 of the list, always one before this.</param>
internal sealed record GraphNode(string Name, OperatorSpec Operator, IReadOnlyList<int> Inputs)
{
    /// <inheritdoc/>
    public bool Equals(GraphNode? other) =>
        other is not null && Name == other.Name && Operator.Equals(other.Operator) && Inputs.SequenceEqual(other.Inputs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Operator, Inputs.Count);
}
