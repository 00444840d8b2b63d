using System.Numerics;
using System.Runtime.InteropServices;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Training;

/// <summary>
/// What rounding took from the gradients that one worker sent, to be added to its next one: over time nothing is lost (Seide et al., "1-Bit
/// Stochastic Gradient Descent", Interspeech 2014; Karimireddy et al., "Error Feedback Fixes SignSGD", arXiv 1901.09847). A number for
/// every connection and bias; through an evolution connections keep theirs, and what belonged to a removed one goes. Not for sharing between
/// threads.
/// </summary>
public sealed class ErrorFeedback : IDisposable
{
    private Gradients? _residual;

    /// <summary>What has not been sent yet, aligned with the latest gradients; null before the first.</summary>
    public Gradients? Residual => _residual;

    /// <summary>
    /// Carries the residual over to the topologies of <paramref name="gradients"/>. Where <paramref name="changes"/>, from one identity to
    /// another, has no change to do it by, the layer begins again from 0.
    /// </summary>
    /// <param name="gradients">The gradients that are sent next.</param>
    /// <param name="network">The replica they were computed on.</param>
    /// <param name="changes">The change from one topology to another, the caller's to dispose of; null if there is none.</param>
    public void Align(Gradients gradients, Network network, Func<ulong, ulong, TopologyChange?> changes)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(changes);
        if (_residual is null || _residual.Values.Count != gradients.Values.Count)
        {
            _residual?.Dispose();
            _residual = new(network);
            return;
        }
        for (var layer = 0; layer < gradients.Values.Count; layer++)
        {
            if (_residual.TopologyIds[layer] == gradients.TopologyIds[layer]) continue;
            using var change = changes(_residual.TopologyIds[layer], gradients.TopologyIds[layer]);
            if (change is not null) _residual.RetainValid(layer, change);
        }
        var begins = _residual.TopologyIds.Zip(gradients.TopologyIds, (before, now) => before != now).ToArray();
        _residual.FitTo(network);
        for (var layer = 0; layer < begins.Length; layer++)
            if (begins[layer]) _residual.Values[layer].Clear();
    }

    /// <summary>Adds <paramref name="values"/> to the <paramref name="residual"/> of the same length.</summary>
    public static void Add(ReadOnlySpan<float> values, Span<float> residual)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length, values.Length);
        var from = MemoryMarshal.Cast<float, Vector<float>>(values);
        var to = MemoryMarshal.Cast<float, Vector<float>>(residual);
        for (var index = 0; index < to.Length; index++) to[index] += from[index];
        for (var index = to.Length * Vector<float>.Count; index < values.Length; index++) residual[index] += values[index];
    }

    /// <summary>
    /// Rounds <paramref name="residual"/> to <paramref name="rounded"/>, takes away what those numbers stand for, which is written to
    /// <paramref name="sent"/>, and keeps the rest; nothing of what is not finite.
    /// </summary>
    public static void Round(FloatFormat format, float scale, Span<float> residual, Span<ushort> rounded, Span<float> sent)
    {
        HalfPrecision.Narrow(format, residual, scale, rounded);
        HalfPrecision.Widen(format, rounded, scale, sent);
        var from = MemoryMarshal.Cast<float, Vector<float>>(sent);
        var to = MemoryMarshal.Cast<float, Vector<float>>(residual);
        for (var index = 0; index < to.Length; index++) to[index] -= from[index];
        for (var index = to.Length * Vector<float>.Count; index < sent.Length; index++) residual[index] -= sent[index];
        if (!float.IsFinite(HalfPrecision.LargestMagnitude(residual))) residual.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _residual?.Dispose();
}
