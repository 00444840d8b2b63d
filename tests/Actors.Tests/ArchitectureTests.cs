using System.Reflection;
using System.Runtime.CompilerServices;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Actors.Tests;

public class ArchitectureTests
{
    // What an actor has to keep in mind, and a reader with it; whatever belongs together makes a class of its own.
    private const int FieldsMax = 12;

    private const int LinesMax = 300;

    // Files of this library without Akka, and why they are here all the same.
    private static readonly Dictionary<string, string> s_withoutAkka = new()
    {
        ["Messages/"] = "the protocol: what actors say to each other",
        ["Serialization/"] = "the protocol as bytes",
        ["Cluster/INodeMessage.cs"] = "the protocol between nodes",
        ["Cluster/Nodes.cs"] = "the protocol between nodes",
        ["Cluster/NodeProtocol.cs"] = "the names by which nodes find each other",
        ["Cluster/GateSetup.cs"] = "what an actor is made with",
        ["Cluster/LinkFormat.cs"] = "what an actor is made with",
        ["Cluster/WorkerNodeOutcome.cs"] = "what an actor ends with",
        ["Cluster/NodeRemovedException.cs"] = "how a node's system ends",
    };

    [Fact]
    public void Actors_know_the_model_library_and_not_the_host()
    {
        string[] ours = [.. typeof(WorkerActor).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(name => name.StartsWith("ActorSparse", StringComparison.OrdinalIgnoreCase))];
        Assert.Equal(["ActorSparse.Model"], ours);
    }

    // With those behind properties and captured parameters.
    [Fact]
    public void No_type_has_too_many_fields()
    {
        const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var tooMany = typeof(WorkerActor).Assembly.GetTypes()
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            .Select(type => (type.FullName, Fields: type.GetFields(Declared).Select(field => field.Name).ToList()))
            .Where(type => type.Fields.Count > FieldsMax)
            .Select(type => $"{type.FullName}: {type.Fields.Count} ({string.Join(", ", type.Fields)})");
        Assert.Empty(tooMany);
    }

    [Fact]
    public void No_file_is_too_long() => Assert.Empty(Sources()
        .Select(source => (source.Name, Lines: source.Text.AsSpan().TrimEnd().Count('\n') + 1))
        .Where(source => source.Lines > LinesMax)
        .Select(source => $"{source.Name}: {source.Lines} lines"));

    [Fact]
    public void What_needs_no_Akka_is_not_here_unless_there_is_a_reason()
    {
        string[] without = [.. Sources().Where(source => !UsesAkka(source.Text)).Select(source => source.Name)];
        Assert.DoesNotContain(without, name => !s_withoutAkka.Keys.Any(listed => IsListed(name, listed)));
        // No reason is left over from a file that is gone or uses it by now.
        Assert.DoesNotContain(s_withoutAkka.Keys, listed => !without.Any(name => IsListed(name, listed)));

        static bool IsListed(string name, string listed) =>
            listed.EndsWith('/') ? name.StartsWith(listed, StringComparison.Ordinal) : name == listed;
    }

    // Comments may speak of it.
    private static bool UsesAkka(string text) => text.Split('\n')
        .Any(line => line.Split("//")[0].Contains("Akka", StringComparison.Ordinal));

    private static List<(string Name, string Text)> Sources()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "ActorSparse.sln")))
            root = root.Parent ?? throw new DirectoryNotFoundException("the tests do not run below the sources");
        var folder = Path.Combine(root.FullName, "src", "Actors");
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(folder, path).Replace('\\', '/'), Text: File.ReadAllText(path)))
            .Where(source => !source.Name.StartsWith("obj/", StringComparison.Ordinal)
                && !source.Name.StartsWith("bin/", StringComparison.Ordinal))
            .OrderBy(source => source.Name, StringComparer.Ordinal)];
    }
}
