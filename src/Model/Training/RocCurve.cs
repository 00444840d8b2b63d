using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>
/// Area under the ROC curve (AUC): the probability that a sample of a class has a higher output for it than one of another class, equal
/// outputs counting half (Hanley and McNeil, Radiology 143, 1982).
/// </summary>
/// <param name="Classes">Of each class against the rest; null where all samples are of the class, or none is.</param>
/// <param name="Area">Of two classes that of the second one; of more the mean over those that have one; null if none has.</param>
internal sealed record RocCurve(IReadOnlyList<double?> Classes, double? Area)
{
    /// <summary>That of <paramref name="network"/> on <paramref name="data"/>, which have classes; keeps an output of every sample.</summary>
    /// <exception cref="InvalidInputException">The data do not fit the network.</exception>
    public static RocCurve Of(NetworkCompute compute, Network network, Dataset data, Workspaces workspaces)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var targets = (ClassTargets)data.Targets;
        var scores = new float[network.Spec.OutputCount][];
        for (var neuron = 0; neuron < scores.Length; neuron++) scores[neuron] = new float[data.SampleCount];
        Evaluator.Predict(compute, network, data, workspaces, (sample, _, outputs) =>
        {
            for (var neuron = 0; neuron < outputs.Length; neuron++) scores[neuron][sample] = outputs[neuron];
        });
        // A single output is that of the second class; it ranks samples of the first one the other way round.
        double?[] areas = scores.Length == 1
            ? Enumerable.Repeat(AreaOf(scores[0], targets.Labels, 1), 2).ToArray()
            : [.. scores.Select((outputs, label) => AreaOf(outputs, targets.Labels, label))];
        return new(areas, areas.Length == 2 ? areas[1] : areas.Average());
    }

    /// <summary>Area where <paramref name="scores"/> are to tell the samples of <paramref name="label"/> from others.</summary>
    /// <returns>0.5 for chance, 1 at best; null where there are no two groups.</returns>
    public static double? AreaOf(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int label)
    {
        var sorted = scores.ToArray();
        var isMember = new bool[scores.Length];
        for (var sample = 0; sample < isMember.Length; sample++) isMember[sample] = labels[sample] == label;
        Array.Sort(sorted, isMember);
        long members = isMember.LongCount(item => item), others = isMember.Length - members;
        if (members == 0 || others == 0) return null;
        // Sum of the members' ranks from 1 on, twice; equal scores share their mean rank.
        Int128 ranks = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            var count = 0L;
            for (end = start; end < sorted.Length && sorted[end].Equals(sorted[start]); end++) count += isMember[end] ? 1 : 0;
            ranks += (Int128)count * ((long)start + 1 + end);
        }
        return (double)(ranks - (Int128)members * (members + 1)) / 2 / ((double)members * others);
    }
}
