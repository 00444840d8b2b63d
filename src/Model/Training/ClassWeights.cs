using System.Globalization;
using ActorSparse.Model.Data;

namespace ActorSparse.Model.Training;

/// <summary>
/// How much the samples of each class weigh in the loss: written <c>none</c> (all 1), <c>balanced</c> (N / (classes that occur * samples
/// of the class)) or as the weights themselves, <c>1,2.5,1</c>.
/// </summary>
public sealed record ClassWeights
{
    private readonly float[] _weights = [];
    private readonly bool _isBalanced;
    private readonly string _text;

    private ClassWeights(string text)
    {
        _text = text;
        _isBalanced = text == "balanced";
        if (text is not ("none" or "balanced")) _weights = [.. text.Split(',').Select(Weight)];
    }

    /// <summary>All classes weigh the same.</summary>
    public static ClassWeights None { get; } = new("none");

    /// <summary>Every class weighs the same in sum, whatever its number of samples.</summary>
    public static ClassWeights Balanced { get; } = new("balanced");

    /// <summary>Reads weights.</summary>
    /// <exception cref="InvalidInputException">The text is none of the three forms.</exception>
    public static ClassWeights Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text);
    }

    /// <summary>A weight for each of <paramref name="classCount"/> classes, or nothing where all are 1.</summary>
    /// <exception cref="InvalidInputException">The number of weights is not the number of classes, or there are none.</exception>
    internal float[] For(Dataset data, int classCount)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (this != None && data.Targets is not ClassTargets)
            throw new InvalidInputException($"class weights '{_text}': {data.Name} has {data.Targets.Describe()}; expected none");
        if (_isBalanced)
        {
            var counts = new int[classCount];
            foreach (var label in data.Labels) counts[label]++;
            var present = counts.Count(count => count > 0);
            return [.. counts.Select(count => count == 0 ? 1 : (float)((double)data.SampleCount / present / count))];
        }
        if (_weights.Length != 0 && _weights.Length != classCount)
            throw new InvalidInputException(
                $"class weights '{_text}': {_weights.Length} weights; the network tells {classCount} classes apart");
        return _weights;
    }

    /// <summary>The text it was read from.</summary>
    public override string ToString() => _text;

    /// <summary>Weights with the same text are equal.</summary>
    public bool Equals(ClassWeights? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private float Weight(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight >= 0 && float.IsFinite(weight)
            ? weight
            : throw new InvalidInputException(
                $"class weights '{_text}': expected none, balanced, or non-negative numbers separated by commas");
}
