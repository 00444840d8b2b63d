namespace ActorSparse.Model.Operators;

/// <summary>Shapes that several operators compute, and what they say of those that they do not take.</summary>
internal static class Shapes
{
    /// <summary>How many places a window of <paramref name="size"/> has along a side of an image with a border on both ends.</summary>
    internal static int Windows(int side, int size, int stride, int padding) => (int)((side + 2L * padding - size) / stride) + 1;

    /// <summary>The one input, which must be a vector.</summary>
    internal static TensorShape Vector(IReadOnlyList<TensorShape> inputs)
    {
        var input = inputs[0];
        return input.IsVector ? input
            : throw new InvalidInputException($"its input is {input}; expected a vector, as 'flatten' and 'global-mean' make one");
    }

    /// <summary>
    /// The blocks of a sparse map of outputs x inputs called <paramref name="node"/>, with biases if it has them. Inputs are channels, or
    /// the places of kernels of <paramref name="kernel"/> x kernel on each of them.
    /// </summary>
    internal static IReadOnlyList<Parameters.BlockLayout> MapBlocks(
        string node, string title, int outputs, int inputs, bool bias, int kernel = 0)
    {
        var weights = Parameters.BlockLayout.Sparse(node, outputs, inputs) with { Title = title, Kernel = kernel };
        return bias ? [weights, Parameters.BlockLayout.Dense(node + ".bias", outputs) with { Title = title }] : [weights];
    }
}
