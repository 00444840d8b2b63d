using System.Globalization;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>Finds the layer in which numbers stopped being finite.</summary>
public static class Divergence
{
    /// <summary>Refuses a gradient or loss that would spoil the network, naming the layer.</summary>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    public static void Check(Network network, Gradients gradients, double meanLoss, int epoch, int batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layer = FindLayer(gradients);
        if (layer < 0 && double.IsFinite(meanLoss)) return;
        var spoilt = FindLayer(network);
        var what = spoilt >= 0 ? $"{network.Describe(spoilt)} has weights that are not finite"
            : layer >= 0 ? $"{network.Describe(layer)} has gradients that are not finite"
            : string.Create(CultureInfo.InvariantCulture, $"the loss is {meanLoss}");
        throw new TrainingDivergedException(Describe($"epoch {epoch + 1}, batch {batch + 1}", what));
    }

    /// <summary>
    /// What is wrong with a loss on the test samples, in one line; null if nothing is. It can be infinite where no gradient is yet.
    /// </summary>
    /// <param name="testLoss">Mean loss over the test samples.</param>
    /// <param name="epoch">The epoch that ended, counted from 0.</param>
    public static string? OfTestLoss(double testLoss, int epoch) => double.IsFinite(testLoss) ? null
        : Describe($"epoch {epoch + 1}", string.Create(CultureInfo.InvariantCulture, $"the loss on the test samples is {testLoss}"));

    private static string Describe(string when, string what) =>
        $"training diverged in {when}: {what}; a lower learning rate or a longer warm-up may help";

    /// <summary>The last layer with a gradient that is not finite, where the backward pass met it first; -1 if there is none.</summary>
    public static int FindLayer(Gradients gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        for (var layer = gradients.Values.Count - 1; layer >= 0; layer--)
            if (!FiniteCheck.IsFinite(gradients.Values[layer]) || !FiniteCheck.IsFinite(gradients.Biases[layer])) return layer;
        return -1;
    }

    /// <summary>The first layer with a weight or bias that is not finite; -1 if there is none.</summary>
    public static int FindLayer(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (var layer = 0; layer < network.Layers.Count; layer++)
            if (!FiniteCheck.IsFinite(network.Layers[layer].Values) || !FiniteCheck.IsFinite(network.Layers[layer].Biases)) return layer;
        return -1;
    }
}
