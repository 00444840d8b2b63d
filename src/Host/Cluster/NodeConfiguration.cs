using System.Globalization;
using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Cluster;

/// <summary>A node's Akka.NET configuration: the options given, over --akka-config, over hocon/ROLE.conf and what it builds on.</summary>
internal static class NodeConfiguration
{
    public const string Tcp = "akka.remote.dot-netty.tcp";

    // A coordinator without others is a cluster of one: nobody can join it, since no message between members is read or written.
    private const string AloneConfiguration = """
        akka.remote.trusted-selection-paths = ["/user/run/gate", "/system/remote-watcher"]
        akka.actor {
          serializers.akka-cluster = "ActorSparse.Actors.Cluster.RefusingSerializer, ActorSparse.Actors"
          serialization-settings.akka-cluster.identifier = 5
        }
        """;

    public static Config Load(Settings settings, string role)
    {
        var config = Hocon.Load(role).WithFallback(Hocon.Load("cluster")).WithFallback(Hocon.Load("laptop"));
        if (role == NodeProtocol.CoordinatorRole)
        {
            config = config.WithFallback(ClusterSingleton.DefaultConfig());
            // Recoveries have one coordinator.
            if (!settings.Names.Contains("join") || settings.Find("join") is null) config = Parse(AloneConfiguration).WithFallback(config);
        }
        if (settings.Find("akka-config") is { } file) config = Read(file).WithFallback(config);
        if (settings.Find("host") is { } host) config = Parse($"{Tcp}.hostname = \"{Checked(host)}\"").WithFallback(config);
        if (settings.Find("port") is { } port) config = Parse($"{Tcp}.port = {port}").WithFallback(config);
        NodeCertificate.Check(config);
        return config;
    }

    /// <summary>Starts the node's actor system.</summary>
    /// <exception cref="InvalidInputException">It cannot listen where it should.</exception>
    public static ActorSystem Start(Config config)
    {
        try
        {
            return ActorSystem.Create(NodeProtocol.SystemName, config);
        }
        catch (Exception error) when (error is not InvalidInputException)
        {
            // Twice: that of an aggregate may be another one with a cause.
            var cause = error.GetBaseException().GetBaseException();
            throw new InvalidInputException(
                $"cannot listen at {Endpoint(config)}: {cause.Message.ReplaceLineEndings(" ")}; expected an address of this machine and a "
                + "port that no other program uses (--host, --port)", error);
        }
    }

    /// <summary>HOST:PORT as configured.</summary>
    public static string Endpoint(Config config) => $"{config.GetString($"{Tcp}.hostname", null)}:{config.GetString($"{Tcp}.port", null)}";

    /// <summary>The addresses of the actor systems at --join HOST:PORT; with commas between them if several may coordinate.</summary>
    /// <exception cref="InvalidInputException">There is none, there are two, or one is not of that form.</exception>
    public static IReadOnlyList<Address> Coordinators(Settings settings, Config config)
    {
        var text = settings.Text("join");
        List<Address> coordinators = [.. text.Split(',').Select(item => Coordinator(item, settings, config))];
        if (coordinators.Count == 2 || coordinators.Distinct().Count() < coordinators.Count)
            throw new InvalidInputException(
                $"{settings.SourceOf("join")}: join is '{text}'; expected one coordinator, or three or more different ones: of two, "
                + "neither could tell the other's death from a broken network");
        return coordinators;
    }

    private static Address Coordinator(string text, Settings settings, Config config)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        if (colon < 1 || !hasPort || port == 0)
            throw new InvalidInputException($"{settings.SourceOf("join")}: join is '{text}'; expected HOST:PORT, as in localhost:4053");
        var scheme = config.GetBoolean($"{Tcp}.enable-ssl", false) ? "akka.ssl.tcp" : "akka.tcp";
        return new(scheme, NodeProtocol.SystemName, Checked(text[..colon]), port);
    }

    private static Config Read(string file)
    {
        try
        {
            var config = Parse(File.ReadAllText(file));
            if (!config.IsEmpty) CheckBraces(file, config.AsEnumerable());
            return config;
        }
        catch (Exception error) when (error is not (OutOfMemoryException or InvalidInputException))
        {
            throw new InvalidInputException($"{file}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    // Akka.NET reads a brace that is never closed as one with nothing in it.
    private static void CheckBraces(string file, IEnumerable<KeyValuePair<string, HoconValue>> items)
    {
        foreach (var (key, value) in items)
        {
            if (!value.IsObject()) continue;
            var inner = value.GetObject().Items;
            if (inner.Count == 0) throw new InvalidInputException($"{file}: '{key}' has nothing in its braces; expected settings");
            CheckBraces(file, inner);
        }
    }

    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);

    private static string Checked(string host) => Uri.CheckHostName(host) != UriHostNameType.Unknown ? host :
        throw new InvalidInputException($"'{host}' is no name or address of a host");
}
