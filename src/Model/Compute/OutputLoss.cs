using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Output activation, loss and its gradient by z (wasap specification, section 1). The target of output j is 1 for the sample's class and 0
/// otherwise, but for label smoothing; a single output has the label itself, 0 or 1, as its target. Where samples have values instead of
/// classes these are the targets.
/// </summary>
/// <param name="spec">What the network computes.</param>
/// <param name="workspace">The batch: its output, and z in the gradient matrix of the last layer until <see cref="Differentiate"/>.</param>
internal readonly unsafe struct OutputLoss(NetworkSpec spec, Workspace workspace)
{
    private readonly NeuronFunction _function =
        new(spec.OutputActivation.Kind, spec.OutputActivation.NegativeSlope(1), Dropout.None);
    private readonly ActivationMatrix _output = workspace.Output;
    private readonly ActivationMatrix _logits = workspace.Delta(workspace.Graph.Nodes.Count - 1);
    private readonly float* _largest = workspace.Normalizers.Pointer;
    private readonly double _spread = spec.LabelSmoothing / spec.OutputCount; // what smoothing gives each class
    private readonly float* _sums = workspace.Normalizers.Pointer + workspace.Input.Stride;

    /// <summary>
    /// Turns z, which the last layer left in the output, into the activation, and keeps z, which the loss needs for its precision.
    /// </summary>
    internal void Activate(SparseKernels kernels)
    {
        _logits.SetBatch(_output.Batch);
        for (var neuron = 0; neuron < _output.Neurons; neuron++) _output.Row(neuron).CopyTo(_logits.Row(neuron));
        if (_function.Kind == ActivationKind.Softmax)
        {
            kernels.Softmax(_logits, _output, _largest, _sums);
            // Vector kernels fill the lanes beyond the batch, too.
            for (var neuron = 0; neuron < _output.Neurons; neuron++)
                new Span<float>(_output.Pointer + (long)neuron * _output.Stride + _output.Batch, _output.Stride - _output.Batch).Clear();
        }
        else
        {
            kernels.Activate(_function, _output, null, null, 0, _output.Neurons);
        }
    }

    /// <summary>The mean loss of the batch.</summary>
    internal double Evaluate(BatchTargets targets, ReadOnlySpan<float> classWeights)
    {
        var total = 0.0;
        if (targets.AreClasses)
        {
            var labels = targets.Labels;
            for (var sample = 0; sample < labels.Length; sample++)
                total += Weight(classWeights, labels[sample]) * SampleLoss(sample, labels[sample]);
            return total / labels.Length;
        }
        for (var neuron = 0; neuron < _output.Neurons; neuron++)
        {
            var goals = targets.Row(neuron);
            for (var sample = 0; sample < goals.Length; sample++) total += NeuronLoss(neuron, sample, goals[sample]);
        }
        return total / targets.SampleCount;
    }

    /// <summary>Replaces z by the gradient of the mean loss by z.</summary>
    internal void Differentiate(BatchTargets targets, ReadOnlySpan<float> classWeights)
    {
        if (targets.AreClasses) DifferentiateClasses(targets.Labels, classWeights);
        else DifferentiateValues(targets);
    }

    private void DifferentiateClasses(ReadOnlySpan<int> labels, ReadOnlySpan<float> classWeights)
    {
        var isShared = spec.Loss == LossKind.MeanSquaredError && _function.Kind == ActivationKind.Softmax;
        // The loss is out by now: its largest z make room.
        for (var sample = 0; isShared && sample < labels.Length; sample++) _largest[sample] = MeanError(sample, labels[sample]);
        for (var neuron = 0; neuron < _output.Neurons; neuron++)
        {
            var values = _output.Row(neuron);
            var gradients = _logits.Row(neuron);
            for (var sample = 0; sample < labels.Length; sample++)
            {
                var factor = Weight(classWeights, labels[sample]) / labels.Length;
                var error = values[sample] - (_spread > 0 ? SmoothTarget(neuron, labels[sample]) : Target(neuron, labels[sample]));
                if (isShared) error = values[sample] * (error - _largest[sample]);
                else if (spec.Loss == LossKind.MeanSquaredError) error *= _function.Derivative(values[sample], gradients[sample] > 0);
                gradients[sample] = factor * error;
            }
        }
    }

    private void DifferentiateValues(BatchTargets targets)
    {
        var factor = 1f / targets.SampleCount;
        for (var neuron = 0; neuron < _output.Neurons; neuron++)
        {
            var values = _output.Row(neuron);
            var gradients = _logits.Row(neuron);
            var goals = targets.Row(neuron);
            for (var sample = 0; sample < goals.Length; sample++)
            {
                var error = values[sample] - goals[sample];
                if (spec.Loss == LossKind.MeanSquaredError) error *= _function.Derivative(values[sample], gradients[sample] > 0);
                gradients[sample] = factor * error;
            }
        }
    }

    private double SampleLoss(int sample, int label)
    {
        if (spec.Loss == LossKind.CrossEntropy && _function.Kind == ActivationKind.Softmax)
        {
            var loss = Math.Log(_sums[sample]) + _largest[sample] - _logits.Row(label)[sample];
            return _spread > 0 ? loss + SmoothingLoss(sample, label) : loss;
        }
        var total = 0.0;
        for (var neuron = 0; neuron < _output.Neurons; neuron++) total += NeuronLoss(neuron, sample, Target(neuron, label));
        return total;
    }

    // What one output adds that is a function of its own z alone. Of z itself the cross-entropy is exact, however sure the output is.
    private double NeuronLoss(int neuron, int sample, double target)
    {
        if (spec.Loss != LossKind.MeanSquaredError)
        {
            double z = _logits.Row(neuron)[sample];
            return Math.Max(z, 0) - z * target + Math.Log(1 + Math.Exp(-Math.Abs(z)));
        }
        var error = _output.Row(neuron)[sample] - target;
        return error * error / 2;
    }

    // What smoothing adds: the class's z counts less, and all of them count a little.
    private double SmoothingLoss(int sample, int label)
    {
        double own = _logits.Row(label)[sample], sum = 0;
        for (var neuron = 0; neuron < _output.Neurons; neuron++) sum += own - _logits.Row(neuron)[sample];
        return _spread * sum;
    }

    private float SmoothTarget(int neuron, int label) =>
        (float)(neuron == label ? 1 - _spread * (_output.Neurons - 1) : _spread);

    // sum over j of (y_hat_j - y_j) y_hat_j: what the outputs of a softmax share of each other's squared error.
    private float MeanError(int sample, int label)
    {
        var mean = 0f;
        for (var neuron = 0; neuron < _output.Neurons; neuron++)
        {
            var value = _output.Row(neuron)[sample];
            mean += value * (value - Target(neuron, label));
        }
        return mean;
    }

    private float Target(int neuron, int label) => _output.Neurons == 1 ? label : neuron == label ? 1 : 0;

    private static float Weight(ReadOnlySpan<float> classWeights, int label) => classWeights.IsEmpty ? 1 : classWeights[label];
}
