using System.Globalization;

namespace ActorSparse.Model.Training;

/// <summary>
/// The learning rate as a function of the update, written as <c>[warmup:EPOCHS[:START]+]BODY</c> where BODY is
/// <c>constant</c>, <c>step:EPOCH,EPOCH,...:FACTOR</c> or <c>cosine[:FINAL[%]]</c>.
/// <list type="bullet">
/// <item><c>step:50,75:0.1</c> multiplies the rate by 0.1 from epoch 50 on and again from epoch 75 on; epochs count from 0.</item>
/// <item><c>cosine:0.0001</c> falls from the rate to 0.0001 (default 0) along half a cosine, update by update, until training ends;
/// <c>cosine:10%</c> to a tenth of the rate.</item>
/// <item><c>warmup:5+...</c> rises linearly over the first 5 epochs, update by update, from START (default 0.1) times the rate to the rate.
/// A cosine begins when the warm-up ends. Warm-up of K workers (wasap specification, section 5) is K times the rate with START =
/// 1/K.</item>
/// </list>
/// </summary>
public sealed record LearningRateSchedule
{
    private const string Grammar = "expected [warmup:EPOCHS[:START]+] and constant, step:EPOCH,EPOCH:FACTOR or cosine[:FINAL[%]]";

    private const double DefaultWarmupStart = 0.1;

    private enum Shape
    {
        Constant,
        Step,
        Cosine,
    }

    private readonly Shape _shape;
    private readonly int[] _milestones = [];
    private readonly double _factor;
    private readonly double _final;
    private readonly bool _isFinalShare;
    private readonly double _warmupEpochs;
    private readonly double _warmupStart;
    private readonly string _text;

    private LearningRateSchedule(string text)
    {
        _text = text;
        var body = text;
        if (text.StartsWith("warmup:", StringComparison.Ordinal))
        {
            var plus = text.IndexOf('+', StringComparison.Ordinal);
            if (plus < 0) throw Error("a warm-up is followed by '+' and what comes after it");
            var parts = text[..plus].Split(':');
            if (parts.Length is not (2 or 3)) throw Error(Grammar);
            _warmupEpochs = Number(parts[1], "warm-up epochs", 0, double.MaxValue);
            _warmupStart = parts.Length == 3 ? Number(parts[2], "warm-up start", 0, 1) : DefaultWarmupStart;
            body = text[(plus + 1)..];
        }

        var words = body.Split(':');
        switch (words)
        {
            case ["constant"]:
                _shape = Shape.Constant;
                break;
            case ["step", var milestones, var factor]:
                _shape = Shape.Step;
                _milestones = [.. milestones.Split(',').Select(Milestone)];
                if (!_milestones.SequenceEqual(_milestones.Distinct().Order())) throw Error("step epochs must ascend");
                _factor = Number(factor, "step factor", 0, double.MaxValue);
                break;
            case ["cosine"]:
                _shape = Shape.Cosine;
                break;
            case ["cosine", var final]:
                _shape = Shape.Cosine;
                _isFinalShare = final.EndsWith('%');
                _final = _isFinalShare
                    ? Number(final[..^1], "final share of the rate in percent", 0, 100) / 100
                    : Number(final, "final rate", 0, double.MaxValue);
                break;
            default:
                throw Error(Grammar);
        }
    }

    /// <summary>The rate stays as it is.</summary>
    public static LearningRateSchedule Constant { get; } = new("constant");

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="InvalidInputException">The text is no schedule.</exception>
    public static LearningRateSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text);
    }

    /// <summary>
    /// The learning rate of update <paramref name="update"/>, counted from 0 over the whole run, for a run of <paramref name="epochs"/>
    /// epochs of <paramref name="updatesPerEpoch"/> updates.
    /// </summary>
    public double Rate(double baseRate, long update, long updatesPerEpoch, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(update);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(updatesPerEpoch);
        var rate = _shape switch
        {
            Shape.Step => baseRate * Math.Pow(_factor, _milestones.Count(milestone => update / updatesPerEpoch >= milestone)),
            Shape.Cosine => Cosine(baseRate, update, updatesPerEpoch, epochs),
            _ => baseRate,
        };
        var warmupUpdates = _warmupEpochs * updatesPerEpoch;
        if (update >= warmupUpdates) return rate;
        return rate * (_warmupStart + (1 - _warmupStart) * update / warmupUpdates);
    }

    /// <summary>The text it was read from.</summary>
    public override string ToString() => _text;

    /// <summary>Schedules with the same text are equal.</summary>
    public bool Equals(LearningRateSchedule? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private double Cosine(double baseRate, long update, long updatesPerEpoch, int epochs)
    {
        var start = _warmupEpochs * updatesPerEpoch;
        var length = (double)updatesPerEpoch * epochs - start;
        var progress = length > 0 ? Math.Clamp((update - start) / length, 0, 1) : 0;
        var final = _isFinalShare ? _final * baseRate : _final;
        return final + (baseRate - final) * (1 + Math.Cos(Math.PI * progress)) / 2;
    }

    private int Milestone(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch : throw Error($"'{text}' is not an epoch");

    private double Number(string text, string what, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Error(
                $"{what} '{text}' is not a number {(most < double.MaxValue ? $"from {least} to {most}" : $"of at least {least}")}");

    private InvalidInputException Error(string reason) => new($"learning-rate schedule '{_text}': {reason}");
}
