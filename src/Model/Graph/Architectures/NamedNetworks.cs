using System.Globalization;
using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Graph.Architectures;

/// <summary>The networks that go by a name, for images and outputs of any data.</summary>
internal static class NamedNetworks
{
    private const string Residual = "resnet-";

    private static readonly Dictionary<string, Func<TensorShape, int, GraphSpec>> s_networks = new(StringComparer.Ordinal)
    {
        ["resnet-20"] = (input, outputs) => ResidualNetwork.Create(input, outputs, 3),
        ["resnet-56"] = (input, outputs) => ResidualNetwork.Create(input, outputs, 9),
        ["vgg-16-small"] = VggNetwork.CreateSmall,
        ["simple-vit-tiny"] = new VisionTransformer().Create,
        ["smlp-small"] = new SMlpNetwork().Create,
    };

    /// <summary>The names, besides "resnet-N" for every N = 6n + 2.</summary>
    public static IReadOnlyCollection<string> Names => s_networks.Keys;

    /// <summary>Whether <paramref name="name"/> is the name of a network, or nearly: of residual networks every depth is.</summary>
    public static bool Has(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return s_networks.ContainsKey(name) || Layers(name) is not null;
    }

    /// <summary>The network of that name.</summary>
    /// <param name="name">A name for which <see cref="Has"/> is true.</param>
    /// <param name="input">Shape of an image.</param>
    /// <param name="outputs">Numbers that come out.</param>
    /// <exception cref="InvalidInputException">There is none of that depth, or none for such images.</exception>
    public static GraphSpec Create(string name, TensorShape input, int outputs)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (s_networks.TryGetValue(name, out var create)) return create(input, outputs);
        if (Layers(name) is not { } layers) throw new InvalidInputException($"there is no network '{name}'; expected one of {List()}");
        return ResidualNetwork.BlocksOf(layers) is { } blocks ? ResidualNetwork.Create(input, outputs, blocks)
            : throw new InvalidInputException($"a residual network of {layers} layers; expected 6n + 2: 8, 14, 20, 26, 32, ...");
    }

    /// <summary>The names as a user reads them.</summary>
    public static string List() => string.Join(", ", Names) + ", resnet-N";

    private static int? Layers(string name) =>
        name.StartsWith(Residual, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Residual.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layers) ? layers : null;
}
