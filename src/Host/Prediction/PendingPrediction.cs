using System.Buffers;
using System.Diagnostics;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Prediction;

/// <summary>Samples that wait for the network's answer, and the answer. Whoever made it disposes of it once it is complete.</summary>
/// <param name="samples">The samples, which it owns.</param>
/// <param name="outputCount">Outputs of the network.</param>
internal sealed class PendingPrediction(Dataset samples, int outputCount) : IDisposable
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly float[] _outputs = ArrayPool<float>.Shared.Rent(samples.SampleCount * outputCount);
    private readonly int[] _classes = ArrayPool<int>.Shared.Rent(samples.SampleCount);

    /// <summary>The samples.</summary>
    public Dataset Samples => samples;

    /// <summary>Outputs for each.</summary>
    public int OutputCount => outputCount;

    /// <summary>Samples that are in a batch already, or have been.</summary>
    public int Taken { get; set; }

    /// <summary>When it began to wait, as a timestamp of <see cref="Stopwatch"/>.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();

    /// <summary>Is over once there is an answer for every sample, or none will come.</summary>
    public Task Completion => _completion.Task;

    /// <summary>The outputs for a sample (nL).</summary>
    public Span<float> Outputs(int sample) => _outputs.AsSpan(sample * outputCount, outputCount);

    /// <summary>The class that they stand for.</summary>
    public ref int Class(int sample) => ref _classes[sample];

    /// <summary>There is an answer for every sample.</summary>
    public void Complete() => _completion.TrySetResult();

    /// <summary>None will come.</summary>
    public void Fail(Exception error) => _completion.TrySetException(error);

    public void Dispose()
    {
        samples.Dispose();
        ArrayPool<float>.Shared.Return(_outputs);
        ArrayPool<int>.Shared.Return(_classes);
    }
}
