using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators;

/// <summary>
/// What one node computes, and what it keeps from a forward pass for the backward pass after it. Parameters are not its own: any replica's
/// can be used. It must leave the lanes beyond the batch at 0, and the same bits whatever the number of threads.
/// </summary>
internal abstract class Operator : IDisposable
{
    /// <summary>Bytes held.</summary>
    public virtual long Bytes => 0;

    /// <summary>From the inputs to the output.</summary>
    public abstract void Forward(OperatorPass pass);

    /// <summary>
    /// From the gradient by the output, which it may change, to the gradients by those inputs that have room for one, which it writes, and
    /// by all parameters, which it writes too. After <see cref="Forward"/> for training with the same parameters.
    /// </summary>
    public abstract void Backward(OperatorPass pass);

    /// <summary>
    /// After <see cref="Backward"/>: the gradient of each connection of <paramref name="topology"/>, in the shape of sparse block
    /// <paramref name="block"/> of this node, whether the block has it or not. One that the block has gets the same bits.
    /// </summary>
    public virtual void Differentiate(OperatorPass pass, int block, Topology topology, NativeBuffer<float> gradients) =>
        throw new NotSupportedException($"{GetType().Name} has no sparse block");

    /// <summary>
    /// Of how many products of an activation and a gradient by z the gradient of a connection is the sum: one a sample, or one for each
    /// place at which a connection is used with it.
    /// </summary>
    public virtual int TermsPerGradient(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        return pass.Batch;
    }

    /// <summary>
    /// After <see cref="Backward"/>: for each input and each output of sparse block <paramref name="block"/> the sum over those terms of the
    /// activations and of the gradients by z, times <paramref name="signs"/> (one a term), or of their magnitudes if that is empty.
    /// </summary>
    public virtual void SumTerms(OperatorPass pass, int block, ReadOnlySpan<float> signs, Span<double> inputs, Span<double> outputs) =>
        throw new NotSupportedException($"{GetType().Name} has no sparse block");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what was kept.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
