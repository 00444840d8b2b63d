namespace ActorSparse.Host.Configuration;

/// <summary>
/// The one table of options. Command line, environment, recipes and stored configurations all follow from it, so that an option added
/// here exists everywhere under one name.
/// </summary>
internal static class OptionTable
{
    private static readonly Dictionary<string, OptionGroup[]> s_groups = new(StringComparer.Ordinal)
    {
        [Verbs.Train] = [OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Run],
        [Verbs.Compare] = [OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Run],
        [Verbs.Cluster] = [OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire, OptionGroup.Run],
        [Verbs.Evaluate] = [OptionGroup.Data],
        [Verbs.Predict] = [OptionGroup.Data],
        [Verbs.Serve] = [OptionGroup.Data],
        [Verbs.Prune] = [OptionGroup.Data],
        [Verbs.Data] = [OptionGroup.Data],
        [Verbs.Recover] = [OptionGroup.Data],
    };

    /// <summary>Every option.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } = [.. RecipeOptions.Data, .. RecipeOptions.Network, .. RecipeOptions.Training, .. RecipeOptions.Wire, .. RecipeOptions.Run, .. CallOptions.All];

    /// <summary>Every environment variable that means something.</summary>
    public static IReadOnlyList<string> EnvironmentNames { get; } =
        [.. All.SelectMany(option => new[] { option.EnvironmentName, option.EnvironmentAlias }).OfType<string>()];

    /// <summary>The options of <paramref name="verb"/>, in the order of help.</summary>
    public static IEnumerable<OptionDefinition> For(string verb) =>
        All.Where(option => CallOptions.Of(verb).Contains(option.Name) || s_groups.TryGetValue(verb, out var groups) && groups.Contains(option.Group));

    /// <summary>The option of that name.</summary>
    public static OptionDefinition Get(string name) => Find(name) ?? throw new ArgumentException($"there is no option {name}");

    /// <summary>The option of that name, or null.</summary>
    public static OptionDefinition? Find(string name) => All.FirstOrDefault(option => option.Name == name);
}
