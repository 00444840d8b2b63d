using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Checkpoints;

/// <summary>The means and deviations of features or real targets as two tensors.</summary>
internal static class StandardizationTensors
{
    /// <summary>What the names of the tensors begin with.</summary>
    public const string Features = "features", Targets = "targets";

    private const string Means = ".means", Deviations = ".deviations";

    /// <summary>The tensors, none for null; <paramref name="owned"/> receives what must live as long.</summary>
    public static IEnumerable<TensorData> Of(string what, Standardization? standardization, List<IDisposable> owned) =>
        standardization is null ? []
        : [TensorData.Of(what + Means, Copy(standardization.Means, owned)),
            TensorData.Of(what + Deviations, Copy(standardization.Deviations, owned))];

    /// <summary>What <see cref="Of"/> wrote; null if there are none.</summary>
    /// <exception cref="InvalidInputException">They are no standardisation of so many.</exception>
    public static Standardization? Read(SafetensorsReader reader, string what, int count)
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
