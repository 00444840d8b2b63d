using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Output activation, loss and its gradient by z (wasap specification, section 1). The target of output j is 1 for the sample's class and 0
/// otherwise; a single output has the label itself, 0 or 1, as its target.
/// </summary>
internal static unsafe class OutputLoss
{
    /// <summary>Turns z into the output, and leaves z in <paramref name="logits"/>, which the loss needs for its precision.</summary>
    internal static void Activate(NetworkSpec spec, ActivationMatrix output, ActivationMatrix logits)
    {
        var function = new NeuronFunction(spec.OutputActivation.Kind, spec.OutputActivation.NegativeSlope(spec.LayerCount), Dropout.None);
        for (var neuron = 0; neuron < output.Neurons; neuron++)
        {
            var row = output.Row(neuron);
            row.CopyTo(logits.Row(neuron));
            // Vector kernels leave z in the lanes beyond the batch, too.
            new Span<float>(output.Pointer + (long)neuron * output.Stride + row.Length, output.Stride - row.Length).Clear();
            if (function.Kind == ActivationKind.Softmax) continue;
            foreach (ref var z in row) z = function.Evaluate(z);
        }
        if (function.Kind != ActivationKind.Softmax) return;
        for (var sample = 0; sample < output.Batch; sample++)
        {
            var normalizer = (float)LogSumExp(logits, sample);
            for (var neuron = 0; neuron < output.Neurons; neuron++)
                output.Row(neuron)[sample] = MathF.Exp(logits.Row(neuron)[sample] - normalizer);
        }
    }

    /// <summary>The mean loss of the batch, given what <see cref="Activate"/> left.</summary>
    internal static double Evaluate(
        NetworkSpec spec, ActivationMatrix output, ActivationMatrix logits, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights)
    {
        var total = 0.0;
        for (var sample = 0; sample < labels.Length; sample++)
            total += Weight(classWeights, labels[sample]) * SampleLoss(spec, output, logits, sample, labels[sample]);
        return total / labels.Length;
    }

    /// <summary>Replaces the logits by the gradient of the mean loss by them.</summary>
    internal static void Differentiate(
        NetworkSpec spec, ActivationMatrix output, ActivationMatrix logits, ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights)
    {
        var function = new NeuronFunction(spec.OutputActivation.Kind, spec.OutputActivation.NegativeSlope(spec.LayerCount), Dropout.None);
        for (var sample = 0; sample < labels.Length; sample++)
        {
            var factor = Weight(classWeights, labels[sample]) / labels.Length;
            var mean = 0f;
            if (spec.Loss == LossKind.MeanSquaredError && function.Kind == ActivationKind.Softmax)
                for (var neuron = 0; neuron < output.Neurons; neuron++)
                    mean += output.Row(neuron)[sample] * (output.Row(neuron)[sample] - Target(output, neuron, labels[sample]));
            for (var neuron = 0; neuron < output.Neurons; neuron++)
            {
                var value = output.Row(neuron)[sample];
                ref var z = ref logits.Row(neuron)[sample];
                var error = value - Target(output, neuron, labels[sample]);
                z = factor * (spec.Loss, function.Kind) switch
                {
                    (LossKind.CrossEntropy, _) => error,
                    (_, ActivationKind.Softmax) => value * (error - mean),
                    _ => error * function.Derivative(value, z > 0),
                };
            }
        }
    }

    private static double SampleLoss(NetworkSpec spec, ActivationMatrix output, ActivationMatrix logits, int sample, int label)
    {
        var loss = 0.0;
        if (spec.Loss == LossKind.CrossEntropy && spec.OutputActivation.Kind == ActivationKind.Softmax)
            return LogSumExp(logits, sample) - logits.Row(label)[sample];
        for (var neuron = 0; neuron < output.Neurons; neuron++)
        {
            double target = Target(output, neuron, label);
            if (spec.Loss == LossKind.CrossEntropy)
            {
                double z = logits.Row(neuron)[sample];
                loss += Math.Max(z, 0) - z * target + Math.Log(1 + Math.Exp(-Math.Abs(z)));
            }
            else
            {
                var error = output.Row(neuron)[sample] - target;
                loss += error * error / 2;
            }
        }
        return loss;
    }

    private static double LogSumExp(ActivationMatrix logits, int sample)
    {
        var largest = float.NegativeInfinity;
        for (var neuron = 0; neuron < logits.Neurons; neuron++) largest = MathF.Max(largest, logits.Row(neuron)[sample]);
        var sum = 0.0;
        for (var neuron = 0; neuron < logits.Neurons; neuron++) sum += Math.Exp(logits.Row(neuron)[sample] - largest);
        return largest + Math.Log(sum);
    }

    private static float Target(ActivationMatrix output, int neuron, int label) => output.Neurons == 1 ? label : neuron == label ? 1 : 0;

    private static float Weight(ReadOnlySpan<float> classWeights, int label) => classWeights.IsEmpty ? 1 : classWeights[label];
}
