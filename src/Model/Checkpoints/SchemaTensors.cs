using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// What features and targets mean: a text, "data_schema", and means and deviations of features and of real targets as tensors.
/// </summary>
internal static class SchemaTensors
{
    /// <summary>The text's key.</summary>
    public const string Key = "data_schema";

    private const string Features = "features", Targets = "targets", Means = ".means", Deviations = ".deviations";

    /// <summary>The text.</summary>
    public static string Format(DataSchema schema) => JsonText.Format(schema with { Standardization = null, TargetStandardization = null });

    /// <summary>Whether features and targets of both mean the same.</summary>
    public static bool AreEqual(DataSchema one, DataSchema other)
    {
        static bool AreEqual(Standardization? one, Standardization? other) =>
            one is null ? other is null : other is not null && one.Means.SequenceEqual(other.Means) && one.Deviations.SequenceEqual(other.Deviations);
        return Format(one) == Format(other) && AreEqual(one.Standardization, other.Standardization)
            && AreEqual(one.TargetStandardization, other.TargetStandardization);
    }

    /// <summary>The tensors, none for null; <paramref name="owned"/> receives what must live as long.</summary>
    public static IEnumerable<TensorData> Of(DataSchema? schema, List<IDisposable> owned) =>
        [.. Of(Features, schema?.Standardization, owned), .. Of(Targets, schema?.TargetStandardization, owned)];

    /// <summary>The schema of such a text and tensors; null if there is none.</summary>
    /// <exception cref="InvalidInputException">It does not fit a network of <paramref name="spec"/>.</exception>
    public static DataSchema? Read(TensorReader reader, NetworkSpec spec)
    {
        if (JsonText.Read<DataSchema>(reader, Key) is not { } schema) return null;
        var hasClasses = schema.TargetKind == TargetKind.Classes;
        if (schema.FeatureCount != spec.InputCount || (hasClasses && (schema.ClassCount < 1 || schema.ClassCount > spec.ClassCount)))
            throw reader.Fail(
                $"metadata '{Key}': {schema.FeatureCount} features and {schema.ClassCount} classes do not fit the network");
        if (hasClasses && schema.ClassNames is { } names && (names.Count != schema.ClassCount || names.Contains(null)))
            throw reader.Fail($"metadata '{Key}': {names.Count} class names; expected {schema.ClassCount}");
        if (!hasClasses && (schema.TargetNames is not { } targets || targets.Count != spec.OutputCount || targets.Contains(null)))
            throw reader.Fail($"metadata '{Key}': {schema.TargetNames?.Count ?? 0} target names; expected {spec.OutputCount}");
        if (schema.IndexBase is not (0 or 1)) throw reader.Fail($"metadata '{Key}': index base {schema.IndexBase}; expected 0 or 1");
        if (schema.Table is { } table && (table.Columns is null || table.Columns.Contains(null) || table.FeatureCount != schema.FeatureCount))
            throw reader.Fail($"metadata '{Key}': its table does not have {schema.FeatureCount} features");
        if (schema.ImageShape is { } image
            && (image.Height < 1 || image.Width < 1 || image.Channels < 1 || image.FeatureCount != schema.FeatureCount))
            throw reader.Fail($"metadata '{Key}': images of {image.Height} x {image.Width} x {image.Channels} pixels do not have "
                + $"{schema.FeatureCount} features");
        return schema with
        {
            Standardization = ReadStandardization(reader, Features, schema.FeatureCount),
            TargetStandardization = schema.TargetKind != TargetKind.Real ? null
                : ReadStandardization(reader, Targets, spec.OutputCount),
        };
    }

    private static IEnumerable<TensorData> Of(string what, Standardization? standardization, List<IDisposable> owned) =>
        standardization is null ? []
        : [TensorData.Of(what + Means, Copy(standardization.Means, owned)),
            TensorData.Of(what + Deviations, Copy(standardization.Deviations, owned))];

    private static Standardization? ReadStandardization(TensorReader reader, string what, int count)
    {
        if (!reader.TensorNames.Contains(what + Means)) return null;
        using var means = reader.ReadFloats(what + Means, count);
        using var deviations = reader.ReadFloats(what + Deviations, count);
        try
        {
            return new(means.Span.ToArray(), deviations.Span.ToArray());
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException($"{reader.Path}: '{what + Deviations}': {error.Message}", error);
        }
    }

    private static NativeBuffer<float> Copy(float[] values, List<IDisposable> owned)
    {
        var buffer = new NativeBuffer<float>(values.Length, zeroed: false);
        owned.Add(buffer);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
