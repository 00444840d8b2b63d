using System.Text.Json.Nodes;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>
/// In files and JSON a score is called what it is: the column of a property TestScore is test_accuracy, or test_rmse, and
/// validation_accuracy where epochs are evaluated on validation samples.
/// </summary>
internal static class ScoreColumns
{
    private const string Score = "score", Test = "test";

    /// <summary>The columns under their names in files.</summary>
    public static JsonObject Name(JsonObject columns, ScoreKind kind, EvaluationRole role = EvaluationRole.Test) =>
        Rename(Rename(columns, Score, kind.Key), Test, role.Name());

    /// <summary>The columns under the names of properties again.</summary>
    public static JsonObject Unname(JsonObject columns, ScoreKind kind, EvaluationRole role) =>
        Rename(Rename(columns, role.Name(), Test), kind.Key, Score);

    /// <summary>What epochs are evaluated on, from the names in files.</summary>
    public static EvaluationRole RoleOf(JsonObject columns) =>
        columns.ContainsKey(EvaluationRole.Validation.Name() + "_loss") ? EvaluationRole.Validation : EvaluationRole.Test;

    /// <summary>Adds the other measures on the samples of <paramref name="role"/>; null if there are none.</summary>
    public static void AddFurther(
        JsonObject columns, ScoreKind kind, IReadOnlyList<double>? further, EvaluationRole role = EvaluationRole.Test)
    {
        for (var index = 0; index < kind.Further.Count; index++)
            columns[Further(kind.Further[index], role)] = HostJson.Number(further?[index]);
    }

    /// <summary>The other measures that <see cref="AddFurther"/> added; null if there are none.</summary>
    public static IReadOnlyList<double>? ReadFurther(JsonObject columns, ScoreKind kind, EvaluationRole role)
    {
        double[] further = [.. kind.Further.Select(measure => columns[Further(measure, role)]?.GetValue<double>() ?? double.NaN)];
        return Array.TrueForAll(further, double.IsNaN) ? null : further;
    }

    private static string Further(Measure measure, EvaluationRole role) => $"{role.Name()}_{measure.Key}";

    private static JsonObject Rename(JsonObject columns, string from, string to)
    {
        var renamed = new JsonObject();
        foreach (var (key, value) in columns)
        {
            var isMeant = key == from || key.EndsWith("_" + from, StringComparison.Ordinal)
                || key.StartsWith(from + "_", StringComparison.Ordinal) || key.Contains($"_{from}_", StringComparison.Ordinal);
            renamed[isMeant ? key.Replace(from, to, StringComparison.Ordinal) : key] = value?.DeepClone();
        }
        return renamed;
    }
}
