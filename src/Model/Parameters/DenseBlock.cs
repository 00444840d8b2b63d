namespace ActorSparse.Model.Parameters;

/// <summary>A vector of parameters that no topology has a part in, such as biases.</summary>
public sealed class DenseBlock(int count) : ParameterBlock(count)
{
    /// <summary>Makes this block equal to <paramref name="source"/>, of the same length.</summary>
    internal void CopyFrom(DenseBlock source) => CopyArraysFrom(source);

    /// <summary>A block of its own with the same parameters.</summary>
    internal DenseBlock Clone()
    {
        var clone = new DenseBlock((int)Values.Length);
        clone.CopyFrom(this);
        return clone;
    }
}
