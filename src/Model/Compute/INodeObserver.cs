namespace ActorSparse.Model.Compute;

/// <summary>Is told when a node's pass begins and ends, for benchmarks.</summary>
internal interface INodeObserver
{
    /// <summary>A pass begins.</summary>
    void Begin();

    /// <summary>The forward pass that began is that of node <paramref name="node"/>, and it ends.</summary>
    void EndForward(int node);

    /// <summary>The backward pass that began is that of node <paramref name="node"/>, and it ends.</summary>
    void EndBackward(int node);
}
