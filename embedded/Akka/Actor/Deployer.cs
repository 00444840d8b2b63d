using Akka.Configuration;

namespace Akka.Actor;

/// <summary>What <c>akka.actor.deployment</c> says about the actors below /user, by path; <c>*</c> stands for any one name.</summary>
internal sealed class Deployer
{
    private readonly List<(string[] Pattern, string Dispatcher)> _dispatchers = [];

    public Deployer(Config config)
    {
        var deployment = config.GetConfig("akka.actor.deployment") ?? ConfigurationFactory.Empty;
        foreach (var (path, _) in deployment.AsEnumerable())
        {
            var dispatcher = deployment.GetString($"\"{path}\".dispatcher", "")!;
            if (dispatcher.Length > 0)
                _dispatchers.Add((path.Trim('/').Split('/'), dispatcher));
        }

        // Exact paths win over patterns.
        _dispatchers.Sort((a, b) => a.Pattern.Count(name => name == "*").CompareTo(b.Pattern.Count(name => name == "*")));
    }

    public string? DispatcherFor(ActorPath path)
    {
        if (_dispatchers.Count == 0)
            return null;
        var elements = path.Elements;
        if (elements[0] != "user")
            return null;
        foreach (var (pattern, dispatcher) in _dispatchers)
        {
            if (Matches(pattern, elements))
                return dispatcher;
        }

        return null;
    }

    private static bool Matches(string[] pattern, IReadOnlyList<string> elements) =>
        pattern.Length == elements.Count - 1
        && pattern.Zip(elements.Skip(1)).All(pair => pair.First == "*" || pair.First == pair.Second);
}
