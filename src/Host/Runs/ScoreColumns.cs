using System.Text.Json.Nodes;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>In files and JSON a score is called what it is: the column of a property TestScore is test_accuracy, or test_rmse.</summary>
internal static class ScoreColumns
{
    private const string Score = "score";

    /// <summary>The columns under their names in files.</summary>
    public static JsonObject Name(JsonObject columns, ScoreKind kind) => Rename(columns, Score, kind.Key);

    /// <summary>The columns under the names of properties again.</summary>
    public static JsonObject Unname(JsonObject columns, ScoreKind kind) => Rename(columns, kind.Key, Score);

    /// <summary>Adds the other measures on the test samples; null if there are none.</summary>
    public static void AddFurther(JsonObject columns, ScoreKind kind, IReadOnlyList<double>? further)
    {
        for (var index = 0; index < kind.Further.Count; index++)
            columns[Further(kind.Further[index])] = further is null ? null : JsonValue.Create(further[index]);
    }

    /// <summary>The other measures that <see cref="AddFurther"/> added; null if there are none.</summary>
    public static IReadOnlyList<double>? ReadFurther(JsonObject columns, ScoreKind kind)
    {
        var values = kind.Further.Select(measure => columns[Further(measure)]).OfType<JsonValue>();
        return values.Select(value => value.GetValue<double>()).ToList() is { Count: > 0 } further && further.Count == kind.Further.Count ? further : null;
    }

    private static string Further(Measure measure) => "test_" + measure.Key;

    private static JsonObject Rename(JsonObject columns, string from, string to)
    {
        var renamed = new JsonObject();
        foreach (var (key, value) in columns)
        {
            var isScore = key == from || key.EndsWith("_" + from, StringComparison.Ordinal)
                || key.StartsWith(from + "_", StringComparison.Ordinal);
            renamed[isScore ? key.Replace(from, to, StringComparison.Ordinal) : key] = value?.DeepClone();
        }
        return renamed;
    }
}
