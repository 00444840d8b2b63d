using ActorSparse.Model;
using ActorSparse.Model.Graph.Architectures;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorSparse.Host.Configuration;

/// <summary>
/// Recipes: HOCON files whose keys are option names. Nested keys join with hyphens (importance { from = 200 } is importance-from); a list
/// is written as on the command line or in brackets (layers = [784, 1000, 10] is 784-1000-10). A network stands in braces, as in a file of its
/// own, or there is the name of that file, which may lie next to the recipe.
/// </summary>
internal static class RecipeFile
{
    private const string Extension = ".conf", Network = "network";

    /// <summary>The folder of the built-in recipes, beside the program.</summary>
    public static string BuiltInFolder => Path.Combine(AppContext.BaseDirectory, "hocon", "recipes");

    /// <summary>Names of the built-in recipes.</summary>
    public static IReadOnlyList<string> BuiltInNames =>
        [.. Directory.EnumerateFiles(BuiltInFolder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal)];

    /// <summary>Reads a recipe by the name of a built-in one, or by path.</summary>
    /// <exception cref="InvalidInputException">There is none of that name, or it cannot be read as a recipe.</exception>
    public static StoredSettings Load(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        var builtIn = Path.Combine(BuiltInFolder, nameOrPath + Extension);
        if (BuiltInNames.Contains(nameOrPath)) return Read(nameOrPath, builtIn);
        if (File.Exists(nameOrPath)) return Read(Path.GetFileNameWithoutExtension(nameOrPath), nameOrPath);
        throw new InvalidInputException(
            $"there is no recipe '{nameOrPath}'{Suggestion.For(nameOrPath, BuiltInNames)}; expected a file or one of " +
                $"{string.Join(", ", BuiltInNames)}");
    }

    private static StoredSettings Read(string name, string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var config = ConfigurationFactory.ParseString(File.ReadAllText(path), include => Include(path, include));
            if (!config.IsEmpty) Flatten(path, config.AsEnumerable(), "", values);
            if (values.TryGetValue(Network, out var network) && Beside(path, network) is { } file) values[Network] = file;
        }
        catch (Exception error) when (error is not InvalidInputException)
        {
            throw new InvalidInputException($"recipe {path}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        var names = OptionTable.All.Where(option => option.InRecipes).Select(option => option.Name).ToList();
        foreach (var key in values.Keys)
            if (!names.Contains(key)) throw new InvalidInputException($"recipe {path}: unknown key '{key}'{Suggestion.For(key, names)}");
        return new(name, $"recipe {path}", values);
    }

    private static HoconRoot Include(string recipe, string include)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(recipe))!, include);
        if (!File.Exists(path)) throw new InvalidInputException($"recipe {recipe}: includes '{include}', which does not exist");
        return Parser.Parse(File.ReadAllText(path), next => Include(path, next));
    }

    // A file next to the recipe, unless it is the name of a network.
    private static string? Beside(string recipe, string network)
    {
        if (network.StartsWith('{') || NamedNetworks.Has(network)) return null;
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(recipe))!, network);
        return File.Exists(path) ? path : null;
    }

    private static void Flatten(
        string path, IEnumerable<KeyValuePair<string, HoconValue>> items, string prefix, Dictionary<string, string> values)
    {
        foreach (var (key, value) in items)
        {
            var name = prefix + key;
            if (name == Network && value.IsObject())
            {
                values[name] = HoconJson.Format(value);
                continue;
            }
            if (value.IsObject())
            {
                // Also what Akka.NET makes of a brace that is never closed.
                var inner = value.GetObject().Items;
                if (inner.Count == 0) throw new InvalidInputException($"recipe {path}: '{name}' has nothing in its braces; expected a value");
                Flatten(path, inner, name + "-", values);
                continue;
            }
            values[name] = value.IsArray() ? string.Join(OptionTable.Find(name)?.ListSeparator ?? ',', value.GetStringList())
                : value.GetString() ?? "";
        }
    }
}
