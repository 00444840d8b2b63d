using System.Globalization;

namespace ActorSparse.Host.Recovery;

/// <summary>What a person is told of a recovery.</summary>
internal static class RecoveryText
{
    /// <summary>One line.</summary>
    public static string Line(RecoveryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var culture = CultureInfo.InvariantCulture;
        var text = string.Create(culture, $"{row.Method}: {row.Neurons} neurons, {row.Nonzeros} weights, seed {row.Seed}: ");
        if (row.Psnr is { } psnr) text += string.Create(culture, $"{psnr:0.0} dB, ");
        if (row.WeightError is { } error) text += string.Create(culture, $"weights off by {error:0.0e+0}, ");
        if (row.Score is { } score) text += string.Create(culture, $"score {score:0.0000}, ");
        return text + string.Create(culture, $"{row.Weights} weights in {row.LivingNeurons} neurons, {row.Seconds:0.0} s");
    }
}
