namespace ActorSparse.Model.Evolution;

/// <summary>A topology rule in the table of all of them.</summary>
/// <param name="Name">Name as recipes and command lines write it.</param>
/// <param name="Create">Makes it; throws <see cref="InvalidInputException"/> where a value that it needs is missing or out of range.</param>
internal sealed record RuleEntry(string Name, Func<RuleSettings, ITopologyRule> Create)
{
    /// <summary>Options that are its own, and do nothing under rules that do not name them.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Whether it holds all connections at some time: a baseline, which needs the memory of a dense network.</summary>
    public bool NeedsDenseMemory { get; init; }
}
