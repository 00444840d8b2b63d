using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Training;

/// <summary>Sums up a network's outputs for a data set, batch by batch, to an evaluation.</summary>
internal abstract class OutputMeasure
{
    /// <summary>What measures outputs against such targets.</summary>
    public static OutputMeasure For(NetworkSpec spec, Targets targets) => targets switch
    {
        RealTargets real => new Errors(real),
        LabelSets sets => new Hits(sets.Count),
        _ => new Confusion(spec.ClassCount),
    };

    /// <summary>
    /// The two sums of a training batch's score, by the targets as the loss has them; <paramref name="targets"/> are where they come from.
    /// </summary>
    public static (double Sum, double Weight) ScoreOf(Targets targets, ActivationMatrix output, BatchTargets batch)
    {
        if (batch.AreClasses) return (Predictions.CountCorrect(output, batch.Labels), batch.SampleCount);
        double sum = 0, weight = 0;
        for (var neuron = 0; neuron < output.Neurons; neuron++)
        {
            var values = output.Row(neuron);
            var goals = batch.Row(neuron);
            for (var sample = 0; sample < goals.Length; sample++)
            {
                if (targets is RealTargets)
                {
                    double error = values[sample] - goals[sample];
                    sum += error * error;
                    weight++;
                    continue;
                }
                var isPredicted = Predictions.Has(values[sample]);
                if (isPredicted && goals[sample] != 0) sum += 2;
                weight += (isPredicted ? 1 : 0) + (goals[sample] != 0 ? 1 : 0);
            }
        }
        return targets is RealTargets { Unit: var unit } ? (sum * unit * unit, weight) : (sum, weight);
    }

    /// <summary>Adds the outputs for <paramref name="samples"/>, whose targets are <paramref name="batch"/>.</summary>
    public abstract void Add(ReadOnlySpan<int> samples, ActivationMatrix output, BatchTargets batch);

    /// <summary>What has come of all samples.</summary>
    public abstract Evaluation Finish(int sampleCount, double meanLoss);

    private sealed class Confusion(int classes) : OutputMeasure
    {
        private readonly int[,] _matrix = new int[classes, classes];

        public override void Add(ReadOnlySpan<int> samples, ActivationMatrix output, BatchTargets batch)
        {
            for (var index = 0; index < samples.Length; index++) _matrix[batch.Labels[index], Predictions.Class(output, index)]++;
        }

        public override Evaluation Finish(int sampleCount, double meanLoss) => new ClassEvaluation(sampleCount, meanLoss, _matrix);
    }

    private sealed class Hits(int labels) : OutputMeasure
    {
        private readonly HitCounts[] _counts = new HitCounts[labels];
        private int _exact;

        public override void Add(ReadOnlySpan<int> samples, ActivationMatrix output, BatchTargets batch)
        {
            Span<bool> isWrong = new bool[samples.Length];
            for (var label = 0; label < _counts.Length; label++)
            {
                var values = output.Row(label);
                var goals = batch.Row(label);
                long hits = 0, alarms = 0, misses = 0;
                for (var index = 0; index < samples.Length; index++)
                {
                    bool predicted = Predictions.Has(values[index]), actual = goals[index] != 0;
                    if (predicted && actual) hits++;
                    else if (predicted) alarms++;
                    else if (actual) misses++;
                    isWrong[index] |= predicted != actual;
                }
                _counts[label] += new HitCounts(hits, alarms, misses);
            }
            foreach (var wrong in isWrong) _exact += wrong ? 0 : 1;
        }

        public override Evaluation Finish(int sampleCount, double meanLoss) =>
            new LabelEvaluation(sampleCount, meanLoss, _counts, _exact);
    }

    // Errors are of the values as they were read, not of standardised ones and back.
    private sealed class Errors(RealTargets targets) : OutputMeasure
    {
        private readonly double[] _squares = new double[targets.Count], _absolutes = new double[targets.Count];

        public override void Add(ReadOnlySpan<int> samples, ActivationMatrix output, BatchTargets batch)
        {
            for (var target = 0; target < targets.Count; target++)
            {
                var values = output.Row(target);
                for (var index = 0; index < samples.Length; index++)
                {
                    double value = values[index];
                    if (targets.Standardization is { } standardization) value = standardization.Restore(target, value);
                    var error = value - targets.Values[samples[index] * targets.Count + target];
                    _squares[target] += error * error;
                    _absolutes[target] += Math.Abs(error);
                }
            }
        }

        public override Evaluation Finish(int sampleCount, double meanLoss)
        {
            var variances = targets.Measure().Select(moments => moments.Variance).ToArray();
            var errors = new TargetErrors[targets.Count];
            double squares = 0, absolutes = 0;
            for (var target = 0; target < errors.Length; target++)
            {
                var (square, absolute) = (_squares[target] / sampleCount, _absolutes[target] / sampleCount);
                errors[target] = new(Math.Sqrt(square), absolute, variances[target] > 0 ? 1 - square / variances[target] : null);
                // Together they count in deviations, as they may have different units.
                double deviation = targets.Count > 1 ? targets.Standardization?.Deviations[target] ?? 1 : 1;
                squares += square / (deviation * deviation) / errors.Length;
                absolutes += absolute / deviation / errors.Length;
            }
            return new RealEvaluation(sampleCount, meanLoss, errors, Math.Sqrt(squares), absolutes);
        }
    }
}
