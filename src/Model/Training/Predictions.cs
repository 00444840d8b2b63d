using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Training;

/// <summary>The class or label that a network's output stands for.</summary>
internal static class Predictions
{
    /// <summary>
    /// The class of sample <paramref name="sample"/> of <paramref name="output"/> (nL x B): the neuron with the largest value, the first of
    /// equal ones; for a single output 1 from a half on, else 0.
    /// </summary>
    public static int Class(ActivationMatrix output, int sample)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Neurons == 1) return Has(output.Row(0)[sample]) ? 1 : 0;
        var best = 0;
        for (var neuron = 1; neuron < output.Neurons; neuron++)
            if (output.Row(neuron)[sample] > output.Row(best)[sample]) best = neuron;
        return best;
    }

    /// <summary>Whether an output stands for having its label: from a half on.</summary>
    public static bool Has(float output) => output >= 0.5f;

    /// <summary>How many of the samples are of the class that <paramref name="labels"/> says.</summary>
    public static int CountCorrect(ActivationMatrix output, ReadOnlySpan<int> labels)
    {
        var correct = 0;
        for (var sample = 0; sample < labels.Length; sample++) correct += Class(output, sample) == labels[sample] ? 1 : 0;
        return correct;
    }
}
