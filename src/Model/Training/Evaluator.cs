using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>Runs a network over whole data sets.</summary>
internal static class Evaluator
{
    /// <summary>Loss and measures of <paramref name="network"/> on all of <paramref name="data"/>.</summary>
    /// <param name="compute">What computes.</param>
    /// <param name="network">The network; only read.</param>
    /// <param name="data">The samples.</param>
    /// <param name="workspace">Room for the activations; its capacity is the batch size.</param>
    /// <param name="classWeights">Weight of every class in the loss; empty for 1.</param>
    /// <exception cref="InvalidInputException">The data do not fit the network.</exception>
    public static Evaluation Evaluate(
        NetworkCompute compute, Network network, Dataset data, Workspace workspace, ReadOnlyMemory<float> classWeights = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var measure = OutputMeasure.For(network.Spec, data.Targets);
        double lossSum = 0;
        ForEachBatch(compute, network, data, workspace, (samples, targets) =>
        {
            lossSum += NetworkCompute.Loss(network, workspace, targets, classWeights.Span) * samples.Length;
            measure.Add(samples, workspace.Output, targets);
        });
        return measure.Finish(data.SampleCount, lossSum / data.SampleCount);
    }

    /// <summary>The same, in batches that <paramref name="workspaces"/> have room for.</summary>
    public static Evaluation Evaluate(NetworkCompute compute, Network network, Dataset data, Workspaces workspaces) =>
        Evaluate(compute, network, data, workspaces.For(data.SampleCount));

    /// <summary>Hands the output for every sample of <paramref name="data"/>, in order, to <paramref name="handler"/>.</summary>
    /// <exception cref="InvalidInputException">The data do not fit the network.</exception>
    public static void Predict(NetworkCompute compute, Network network, Dataset data, Workspace workspace, PredictionHandler handler)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(handler);
        var outputs = new float[network.Spec.OutputCount];
        ForEachBatch(compute, network, data, workspace, (samples, _) =>
        {
            for (var index = 0; index < samples.Length; index++)
            {
                for (var neuron = 0; neuron < outputs.Length; neuron++) outputs[neuron] = workspace.Output.Row(neuron)[index];
                handler(samples[index], Predictions.Class(workspace.Output, index), outputs);
            }
        });
    }

    /// <summary>The same, in batches that <paramref name="workspaces"/> have room for.</summary>
    public static void Predict(NetworkCompute compute, Network network, Dataset data, Workspaces workspaces, PredictionHandler handler) =>
        Predict(compute, network, data, workspaces.For(data.SampleCount), handler);

    private delegate void BatchHandler(ReadOnlySpan<int> samples, BatchTargets targets);

    private static void ForEachBatch(NetworkCompute compute, Network network, Dataset data, Workspace workspace, BatchHandler handler)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(workspace);
        network.Spec.CheckFits(data);
        var buffer = new TargetBuffer();
        var samples = new int[Math.Min(workspace.BatchCapacity, data.SampleCount)];
        for (var start = 0; start < data.SampleCount; start += samples.Length)
        {
            var count = Math.Min(samples.Length, data.SampleCount - start);
            for (var index = 0; index < count; index++) samples[index] = start + index;
            compute.Fill(data, samples.AsSpan(0, count), workspace.Input);
            compute.Forward(network, workspace);
            handler(samples.AsSpan(0, count), data.Targets.Gather(samples.AsSpan(0, count), buffer));
        }
    }
}
