using ActorSparse.Host.Configuration;
using ActorSparse.Model;

namespace ActorSparse.Host.Comparisons;

/// <summary>Which training runs a comparison is made of.</summary>
/// <param name="Rules">Names of the topology rules.</param>
/// <param name="Sparsities">Sparsities of the networks, as written; null for the one that the other options give.</param>
/// <param name="Seeds">Seeds, each for a run of every rule at every sparsity.</param>
internal sealed record ComparisonPlan(IReadOnlyList<string> Rules, IReadOnlyList<string?> Sparsities, IReadOnlyList<long> Seeds)
{
    /// <summary>Number of training runs.</summary>
    public int RunCount => Rules.Count * Sparsities.Count * Seeds.Count;

    /// <summary>Reads the plan from --rules, --sparsities, --seeds and --seed.</summary>
    /// <exception cref="InvalidInputException">A rule or sparsity is unknown or named twice.</exception>
    public static ComparisonPlan From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IReadOnlyList<string?> sparsities = settings.Find("sparsities") is null
            ? [settings.Find("sparsity")]
            : settings.Read<string?[]>("sparsities", text => Parse(text, "sparsity"));
        return new(
            settings.Read("rules", text => Parse(text, "rule")),
            sparsities,
            [.. Enumerable.Range(0, settings.Whole("seeds")).Select(index => settings.WholeLong("seed") + index)]);
    }

    /// <summary>The runs: for every sparsity and seed all rules in turn, so that a stopped comparison has compared something.</summary>
    public IEnumerable<(string? Sparsity, long Seed, string Rule)> Runs() =>
        from sparsity in Sparsities from seed in Seeds from rule in Rules select (sparsity, seed, rule);

    private static string[] Parse(string text, string what)
    {
        var values = Lists.Parse(text, part => OptionTable.Get(what).Normalise(part, $"'{text}'"));
        return values.Distinct().Count() == values.Length ? values : throw new InvalidInputException($"'{text}' names a {what} twice");
    }
}
