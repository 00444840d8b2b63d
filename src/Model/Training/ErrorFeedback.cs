using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Training;

/// <summary>
/// What rounding took from the gradients that one worker sent, to be added to its next one: over time nothing is lost (Seide et al., "1-Bit
/// Stochastic Gradient Descent", Interspeech 2014; Karimireddy et al., "Error Feedback Fixes SignSGD", arXiv 1901.09847). A number for
/// every parameter; through an evolution connections keep theirs, and what belonged to a removed one goes. Not for sharing between
/// threads.
/// </summary>
internal sealed class ErrorFeedback : IDisposable
{
    private const int BlockLength = 4096;

    private GradientSet? _residual;
    private Topology[] _topologies = [];

    /// <summary>What has not been sent yet, aligned with the latest gradients; null before the first.</summary>
    public GradientSet? Residual => _residual;

    /// <summary>
    /// Makes <paramref name="gradients"/> what will be sent of them and of what has not been sent yet: numbers that
    /// <paramref name="format"/> holds exactly. The residual keeps the rest, nothing of what is not finite. In 32 bits nothing is rounded.
    /// </summary>
    /// <param name="format">In how many bits the gradients are sent.</param>
    /// <param name="gradients">The gradients that are sent next.</param>
    /// <param name="parameters">The parameters they were computed on.</param>
    public void Apply(FloatFormat format, GradientSet gradients, ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(parameters);
        if (format == FloatFormat.Full) return;
        Align(gradients, parameters);
        foreach (var (values, residual) in gradients.Blocks.Zip(_residual!.Blocks)) Round(format, values, residual);
    }

    /// <summary>
    /// Adds <paramref name="residual"/> to <paramref name="values"/> of the same length, rounds the sums, and keeps in the residual what
    /// that took away.
    /// </summary>
    [SkipLocalsInit]
    internal static void Round(FloatFormat format, NativeBuffer<float> values, NativeBuffer<float> residual)
    {
        Add(values.Span, residual.Span);
        var scale = HalfPrecision.Scale(format, residual.Span);
        Span<ushort> rounded = stackalloc ushort[BlockLength];
        for (long start = 0; start < values.Length; start += BlockLength)
        {
            var count = (int)Math.Min(BlockLength, values.Length - start);
            Round(format, scale, residual.Slice(start, count), rounded[..count], values.Slice(start, count));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _residual?.Dispose();
        foreach (var topology in _topologies) topology.Dispose();
        _topologies = [];
    }

    // Carries the residual over to the topologies of the gradients. Where one did not evolve from the one before by one change, the layer
    // begins again from 0.
    private void Align(GradientSet gradients, ParameterSet parameters)
    {
        if (_residual is null || !_residual.Layout.Equals(gradients.Layout))
        {
            Dispose();
            _residual = new(parameters);
        }
        else
        {
            for (var layer = 0; layer < _topologies.Length; layer++) Align(_residual, layer, parameters.Sparse[layer].Topology);
            var begins = _residual.TopologyIds.Zip(gradients.TopologyIds, (before, now) => before != now).ToArray();
            _residual.FitTo(parameters);
            for (var layer = 0; layer < begins.Length; layer++)
                if (begins[layer]) _residual.Sparse[layer].Clear();
        }
        // The change is told from the next ones and these.
        Topology[] now = [.. parameters.Sparse.Select(block => block.Topology.Retain())];
        foreach (var topology in _topologies) topology.Dispose();
        _topologies = now;
    }

    private void Align(GradientSet residual, int layer, Topology topology)
    {
        if (topology.ParentId != _topologies[layer].Id || !topology.HasShapeOf(_topologies[layer])) return;
        using var change = TopologyChange.Between(_topologies[layer], topology);
        residual.RetainValid(layer, change);
    }

    private static void Add(ReadOnlySpan<float> values, Span<float> residual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length, values.Length);
        var from = MemoryMarshal.Cast<float, Vector<float>>(values);
        var to = MemoryMarshal.Cast<float, Vector<float>>(residual);
        for (var index = 0; index < to.Length; index++) to[index] += from[index];
        for (var index = to.Length * Vector<float>.Count; index < values.Length; index++) residual[index] += values[index];
    }

    private static void Round(FloatFormat format, float scale, Span<float> residual, Span<ushort> rounded, Span<float> sent)
    {
        HalfPrecision.Narrow(format, residual, scale, rounded);
        HalfPrecision.Widen(format, rounded, scale, sent);
        var from = MemoryMarshal.Cast<float, Vector<float>>(sent);
        var to = MemoryMarshal.Cast<float, Vector<float>>(residual);
        for (var index = 0; index < to.Length; index++) to[index] -= from[index];
        for (var index = to.Length * Vector<float>.Count; index < sent.Length; index++) residual[index] -= sent[index];
        if (!float.IsFinite(HalfPrecision.LargestMagnitude(residual))) residual.Clear();
    }
}
