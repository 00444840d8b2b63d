namespace ActorSparse.Model.Networks;

/// <summary>The names that recipes and command lines use for initialisers, losses and layer lists.</summary>
internal static class SpecNames
{
    private static readonly (string Name, Initializer Value)[] s_initializers =
    [
        ("he-uniform", Initializer.HeUniform),
        ("xavier", Initializer.Xavier),
        ("normal", Initializer.Normal),
        ("zero", Initializer.Zero),
        ("fan-in", Initializer.FanIn),
    ];

    private static readonly (string Name, LossKind Value)[] s_losses =
    [
        ("cross-entropy", LossKind.CrossEntropy),
        ("mean-squared-error", LossKind.MeanSquaredError),
        ("binary-cross-entropy", LossKind.BinaryCrossEntropy),
    ];

    private static readonly (string Name, ConnectionDistribution Value)[] s_distributions =
    [
        ("erdos-renyi", ConnectionDistribution.ErdosRenyi),
        ("erdos-renyi-kernel", ConnectionDistribution.ErdosRenyiKernel),
        ("uniform", ConnectionDistribution.Uniform),
    ];

    /// <summary>Reads an initialiser's name.</summary>
    /// <exception cref="InvalidInputException">There is no such initialiser.</exception>
    public static Initializer ParseInitializer(string text) => Parse("initializer", text, s_initializers);

    /// <summary>Reads a loss's name.</summary>
    /// <exception cref="InvalidInputException">There is no such loss.</exception>
    public static LossKind ParseLoss(string text) => Parse("loss", text, s_losses);

    /// <summary>Reads the name of a way to spread connections.</summary>
    /// <exception cref="InvalidInputException">There is no such way.</exception>
    public static ConnectionDistribution ParseDistribution(string text) => Parse("distribution", text, s_distributions);

    /// <summary>The name that <see cref="ParseDistribution"/> reads.</summary>
    public static string Format(ConnectionDistribution distribution) => s_distributions.First(known => known.Value == distribution).Name;

    /// <summary>The name that <see cref="ParseInitializer"/> reads.</summary>
    public static string Format(Initializer initializer) => s_initializers.First(known => known.Value == initializer).Name;

    /// <summary>The name that <see cref="ParseLoss"/> reads.</summary>
    public static string Format(LossKind loss) => s_losses.First(known => known.Value == loss).Name;

    /// <summary>Reads layer sizes as "784-1000-10".</summary>
    /// <exception cref="InvalidInputException">The text is not a list of at least two positive numbers.</exception>
    public static IReadOnlyList<int> ParseLayerSizes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('-');
        var sizes = new int[parts.Length];
        for (var index = 0; index < parts.Length; index++)
            if (!int.TryParse(parts[index], out sizes[index]) || sizes[index] < 1)
                throw new InvalidInputException($"layers '{text}': '{parts[index]}' is not a number of neurons from 1 to {int.MaxValue}");
        if (sizes.Length < 2)
            throw new InvalidInputException($"layers '{text}': expected at least an input and an output size, as in 784-1000-10");
        return sizes;
    }

    /// <summary>The text that <see cref="ParseLayerSizes"/> reads.</summary>
    public static string FormatLayerSizes(IReadOnlyList<int> sizes) => string.Join('-', sizes);

    private static T Parse<T>(string what, string text, (string Name, T Value)[] names)
    {
        foreach (var (name, value) in names)
            if (name == text) return value;
        throw new InvalidInputException($"{what} '{text}': expected one of {string.Join(", ", names.Select(known => known.Name))}");
    }
}
