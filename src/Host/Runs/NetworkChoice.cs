using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>The network that is no chain of layers: by name, from a file, or as it stands in a recipe.</summary>
internal static class NetworkChoice
{
    /// <summary>The text of the network, which is what a run stores: names and files may come to mean something else.</summary>
    /// <param name="settings">The settings, with a network.</param>
    /// <param name="train">The training samples.</param>
    /// <param name="outputs">Numbers that come out of a network that goes by a name.</param>
    /// <exception cref="InvalidInputException">It is no network, or none for such samples.</exception>
    public static string Text(Settings settings, Dataset train, int outputs) => GraphText.Format(Graph(settings, () => TrainingDefaults.ShapeOf(train), outputs));

    /// <summary>The network for images of <paramref name="shape"/>, of which only one that goes by a name asks.</summary>
    /// <exception cref="InvalidInputException">It is no network, or none for such samples.</exception>
    public static GraphSpec Graph(Settings settings, Func<TensorShape> shape, int outputs)
    {
        // On the command line neither gives way, elsewhere a network takes the place of layers.
        if (settings.IsOnCommandLine("layers"))
            throw new InvalidInputException(
                $"{settings.SourceOf("layers")}: layers and network, from {settings.SourceOf("network")}: expected one of the two");
        var network = settings.Text("network");
        var isText = network.TrimStart().StartsWith('{');
        try
        {
            return TrainingDefaults.Graph(isText || NamedNetworks.Has(network) ? network : Read(network), shape, outputs);
        }
        catch (Exception error) when (error is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{settings.SourceOf("network")}: network{(isText ? "" : " " + network)}: {error.Message}", error);
        }
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path)
        : throw new InvalidInputException(
            $"there is no such file{Suggestion.For(path, NamedNetworks.Names)}; expected one or a name: {NamedNetworks.List()}");
}
