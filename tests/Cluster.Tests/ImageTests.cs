using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ActorSparse.Cluster.Tests;

/// <summary>A network with convolutions, a norm and a residual, trained on images by workers of other processes.</summary>
public sealed class ImageTests
{
    private const int Epochs = 10;

    // Asynchronous, with local steps and guided growth. A guess is right in one of three.
    [Fact]
    public void A_network_with_convolutions_learns_and_its_checkpoint_can_be_evaluated() => TestCluster.Run(cluster =>
    {
        cluster.AssertExact(
            Epochs, cluster.ImageCoordinator(Epochs, "--rule", "gse-grabo"), cluster.Worker(), cluster.Worker());
        var best = cluster.Metrics[^1].GetProperty("best_test_accuracy").GetDouble();
        Assert.True(best > 0.8, $"an accuracy of {best}");
        var (exitCode, output, _) = cluster.Evaluate().Finish();
        Assert.Equal(0, exitCode);
        var accuracy = Regex.Match(output, "accuracy ([01][.][0-9]{4})").Groups[1].Value;
        Assert.Equal(best, double.Parse(accuracy, CultureInfo.InvariantCulture), 1e-4);
    });

    // With all bits on the way it does not matter where the workers are.
    [Fact]
    public void Step_by_step_the_network_is_that_of_workers_in_one_process() => TestCluster.Run(cluster =>
    {
        string[] options = ["--mode", "wssp", "--rule", "set"], wire = ["--wire-gradients", "full", "--wire-parameters", "full"];
        TestCluster.AssertEnd(
            0, cluster.ImageCoordinator(Epochs, [.. options, .. wire]), cluster.Worker(), cluster.Worker(),
            cluster.TrainImages("alone", Epochs, options));
        Assert.Equal(Results("alone"), Results("run"));

        IEnumerable<string> Results(string run) => cluster.MetricsOf(run).Select(row =>
            string.Join(' ', ((string[])["epoch", "updates", "loss", "test_loss", "test_accuracy", "pruned", "grown"])
                .Select(name => row.GetProperty(name).GetRawText())));
    });
}
