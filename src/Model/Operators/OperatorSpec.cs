using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators;

/// <summary>
/// What kind of node a network has in some place and with which options. Immutable, and equal if kind and options are. What it computes is
/// in the <see cref="Operator"/> that it creates.
/// </summary>
internal abstract record OperatorSpec
{
    /// <summary>What the text form of networks calls this kind.</summary>
    public abstract string Kind { get; }

    /// <summary>Fewest and most inputs that it takes.</summary>
    public virtual (int Min, int Max) InputCounts => (1, 1);

    /// <summary>Whether its output is its input under another shape, so that nothing is to be computed.</summary>
    public virtual bool IsView => false;

    /// <summary>
    /// Which activations must stay until the backward pass. Of one that is rectified the output stays, too.
    /// </summary>
    public virtual BackwardReads BackwardReads => BackwardReads.Inputs | BackwardReads.Output;

    /// <summary>How the samples of what comes in and goes out may lie in memory.</summary>
    public virtual SampleLayout Samples => SampleLayout.Plain;

    /// <summary>The shape of what comes out.</summary>
    /// <exception cref="InvalidInputException">It does not take such inputs; the message says what was expected, not which node it is.</exception>
    public abstract TensorShape OutputShape(IReadOnlyList<TensorShape> inputs);

    /// <summary>The blocks of parameters of a node called <paramref name="node"/>, in the order of <see cref="OperatorPass"/>'s lists.</summary>
    public virtual IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) => [];

    /// <summary>Multiply-adds of a sample's forward pass with so many connections in each sparse block.</summary>
    public virtual long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) => 0;

    /// <summary>What computes it, with room for batches of up to <paramref name="batchCapacity"/> samples.</summary>
    public abstract Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity);

    /// <summary>
    /// Whether the gradient by every input is that by the output, or of a rectified one by what it rectifies: they may be one matrix then.
    /// </summary>
    public virtual bool PassesGradientOn => false;

    /// <summary>
    /// Whether it can add the gradient by an input to what other nodes have found of it (<see cref="OperatorPass.AddsTo"/>), instead of
    /// writing it.
    /// </summary>
    public virtual bool CanAddToInputDelta => false;

    /// <summary>Whether <see cref="CreateRectified"/> can be used.</summary>
    public virtual bool CanBeRectified => false;

    /// <summary>
    /// What computes it and then <paramref name="next"/>, a rectifier, in one pass over memory: its output is the rectifier's, and the
    /// gradient that it gets is the one by that.
    /// </summary>
    public virtual Operator CreateRectified(ActivationSpec next, IReadOnlyList<TensorShape> inputs) =>
        throw new NotSupportedException($"{Kind} is not computed with a rectifier");

    /// <summary>The options as the text form has them: name and value, those with their default left out.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> Options => [];
}
