using System.Globalization;

namespace ActorSparse.Model.Training;

/// <summary>Something that is measured on a data set.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Key">Name in files, after "test_" and the like.</param>
/// <param name="IsError">Whether it is an error, in the units of the data: lower is better. Others are 1 at best.</param>
public record Measure(string Name, string Key, bool IsError = false)
{
    /// <summary>A value as it is shown: errors with five digits, others with four decimals; nothing for none.</summary>
    public string Format(double? value) => value?.ToString(IsError ? "G5" : "0.0000", CultureInfo.InvariantCulture) ?? "";
}
