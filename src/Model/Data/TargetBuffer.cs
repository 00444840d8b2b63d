namespace ActorSparse.Model.Data;

/// <summary>Memory for the targets of one batch after the other. One caller at a time.</summary>
internal sealed class TargetBuffer
{
    private int[] _labels = [];
    private float[] _values = [];

    internal Span<int> Labels(int samples)
    {
        if (_labels.Length < samples) _labels = new int[samples];
        return _labels.AsSpan(0, samples);
    }

    internal Span<float> Values(int targets, int samples)
    {
        var length = checked(targets * samples);
        if (_values.Length < length) _values = new float[length];
        return _values.AsSpan(0, length);
    }
}
