using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Generators;

/// <summary>
/// A sparse network with one hidden layer of rectified neurons, drawn at random: each neuron has a few inputs with normal weights.
/// </summary>
internal sealed class PlantedTeacher
{
    private readonly int _fanIn, _hiddenFanIn;
    private readonly int[] _inputs, _hiddenInputs;
    private readonly double[] _weights, _biases, _hiddenWeights, _hidden;

    internal PlantedTeacher(RandomStream random, PlantedOptions options)
    {
        _fanIn = Math.Min(options.FanIn, options.FeatureCount);
        _hiddenFanIn = Math.Min(options.FanIn, options.HiddenCount);
        _inputs = Connect(random, options.HiddenCount, options.FeatureCount, _fanIn);
        _weights = Normal(random, _inputs.Length);
        _biases = Normal(random, options.HiddenCount);
        _hiddenInputs = Connect(random, options.ClassCount, options.HiddenCount, _hiddenFanIn);
        _hiddenWeights = Normal(random, _hiddenInputs.Length);
        _hidden = new double[options.HiddenCount];
    }

    /// <summary>Features that the teacher looks at.</summary>
    internal IReadOnlyCollection<int> RelevantFeatures => _inputs.Distinct().ToArray();

    /// <summary>Writes the outputs for <paramref name="features"/>, a dense sample, one per class.</summary>
    internal void Apply(ReadOnlySpan<float> features, Span<double> outputs)
    {
        for (var neuron = 0; neuron < _hidden.Length; neuron++)
        {
            var sum = _biases[neuron];
            for (var index = neuron * _fanIn; index < (neuron + 1) * _fanIn; index++) sum += _weights[index] * features[_inputs[index]];
            _hidden[neuron] = Math.Max(0, sum);
        }
        for (var output = 0; output < outputs.Length; output++)
        {
            outputs[output] = 0;
            for (var index = output * _hiddenFanIn; index < (output + 1) * _hiddenFanIn; index++)
                outputs[output] += _hiddenWeights[index] * _hidden[_hiddenInputs[index]];
        }
    }

    // Floyd's draw of distinct numbers (Bentley and Floyd, "A Sample of Brilliance", 1987).
    private static int[] Connect(RandomStream random, int neurons, int inputs, int fanIn)
    {
        var connections = new List<int>();
        for (var neuron = 0; neuron < neurons; neuron++)
        {
            var chosen = new SortedSet<int>();
            for (var last = inputs - fanIn; last < inputs; last++)
                if (!chosen.Add(random.NextInt32(last + 1))) chosen.Add(last);
            connections.AddRange(chosen);
        }
        return [.. connections];
    }

    private static double[] Normal(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
}
