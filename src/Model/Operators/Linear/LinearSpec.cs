using ActorSparse.Model.Kernels;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Linear;

/// <summary>
/// A sparse linear map of a vector, y = f(W x + b), with its activation and dropout: the layers of a multilayer perceptron. Blocks: "node"
/// (outputs x inputs) and "node.bias".
/// </summary>
/// <param name="Outputs">Length of y.</param>
internal sealed record LinearSpec(int Outputs) : OperatorSpec
{
    /// <summary>What the text form calls it.</summary>
    public const string Name = "linear";

    /// <summary>Whether b is there; zero if not.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>f: neither softmax nor All-ReLU, which whoever makes a chain gives as leaky ReLU with its sign.</summary>
    public Activation Activation { get; init; } = new(ActivationKind.Identity);

    /// <summary>Whether the training's dropout acts on y.</summary>
    public bool Dropout { get; init; }

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Options => new OptionWriter()
        .Add("outputs", Outputs).Add("bias", Bias, true).Add("activation", Activation.ToString(), "identity")
        .Add("dropout", Dropout, false).List;

    /// <inheritdoc/>
    public override TensorShape OutputShape(IReadOnlyList<TensorShape> inputs)
    {
        Shapes.Vector(inputs);
        return new(Outputs);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockLayout> Blocks(string node, IReadOnlyList<TensorShape> inputs) =>
        Shapes.MapBlocks(node, $"{node} ({inputs[0]}-{Outputs})", Outputs, inputs[0].Channels, Bias);

    /// <inheritdoc/>
    public override long MultiplyAdds(IReadOnlyList<TensorShape> inputs, IReadOnlyList<long> connections) => connections[0];

    /// <inheritdoc/>
    public override Operator Create(IReadOnlyList<TensorShape> inputs, int batchCapacity) => new LinearOperator(this);

    internal static LinearSpec Read(OptionReader options) => new(options.Count("outputs"))
    {
        Bias = options.Flag("bias", true),
        Activation = ReadActivation(options),
        Dropout = options.Flag("dropout", false),
    };

    private static Activation ReadActivation(OptionReader options)
    {
        var text = options.Text("activation", "identity");
        try
        {
            var activation = Activation.Parse(text);
            if (activation.Kind is not (ActivationKind.Softmax or ActivationKind.AllRelu)) return activation;
        }
        catch (InvalidInputException)
        {
            // Said below, with the option's name.
        }
        throw options.Fail("activation", text, "identity, relu, leaky-relu[:slope], sigmoid or tanh");
    }
}
