namespace ActorSparse.Host.Recovery;

/// <summary>A number that a grid shows.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Low">What is shown darkest.</param>
/// <param name="High">What is shown brightest; null: the largest that there is.</param>
/// <param name="Value">Its value.</param>
/// <param name="Text">How it is written.</param>
internal sealed record RecoveryMeasure(string Title, double Low, double? High, Func<RecoverySummary, double?> Value, Func<double, string> Text)
{
    /// <summary>Decibels.</summary>
    public static RecoveryMeasure Psnr(double low, double high) => new(
        "PSNR on the samples (dB)", low, high, summary => summary.Psnr,
        value => value.ToString(value >= 100 ? "0" : "0.0", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The share of exact recoveries.</summary>
    public static RecoveryMeasure Exact { get; } = new(
        "Share of exact recoveries", 0, 1, summary => summary.Exact,
        value => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
}
