using System.Globalization;

namespace ActorSparse.Model.Kernels;

/// <summary>An activation function with its parameter, written as name or name:slope ("all-relu:0.6").</summary>
/// <param name="Kind">Which function.</param>
/// <param name="Slope">Slope for x &lt;= 0 of leaky ReLU, alpha of All-ReLU; 0 for the others.</param>
public readonly record struct Activation(ActivationKind Kind, float Slope = 0)
{
    private static readonly (string Name, ActivationKind Kind, float? DefaultSlope)[] s_names =
    [
        ("identity", ActivationKind.Identity, null),
        ("relu", ActivationKind.Relu, null),
        ("leaky-relu", ActivationKind.LeakyRelu, 0.25f),
        ("all-relu", ActivationKind.AllRelu, 0.6f),
        ("sigmoid", ActivationKind.Sigmoid, null),
        ("tanh", ActivationKind.Tanh, null),
        ("softmax", ActivationKind.Softmax, null),
    ];

    /// <summary>Reads an activation as <see cref="ToString"/> writes it.</summary>
    /// <exception cref="InvalidInputException">The text names no activation.</exception>
    public static Activation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var separator = text.IndexOf(':', StringComparison.Ordinal);
        var name = separator < 0 ? text : text[..separator];
        foreach (var known in s_names)
        {
            if (known.Name != name) continue;
            if (separator < 0) return new(known.Kind, known.DefaultSlope ?? 0);
            if (known.DefaultSlope is not null &&
                float.TryParse(text.AsSpan(separator + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var slope) &&
                float.IsFinite(slope))
                return new(known.Kind, slope);
            break;
        }
        var names = s_names.Select(known => known.DefaultSlope is null ? known.Name : known.Name + "[:slope]");
        throw new InvalidInputException($"activation '{text}': expected one of {string.Join(", ", names)}");
    }

    /// <summary>
    /// The factor for x &lt;= 0 in hidden layer number <paramref name="hiddenLayer"/>, counted from 1, of the ReLU family.
    /// </summary>
    public float NegativeSlope(int hiddenLayer) => Kind == ActivationKind.AllRelu && hiddenLayer % 2 == 1 ? -Slope : Slope;

    /// <summary>The name, with the slope where the function has one.</summary>
    public override string ToString()
    {
        var kind = Kind;
        var (name, _, defaultSlope) = s_names.First(n => n.Kind == kind);
        return defaultSlope is null ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{Slope}");
    }
}
