using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>The step to every child whose name matches a pattern of <c>*</c> and <c>?</c>.</summary>
public sealed class SelectChildPattern(string pattern) : SelectionPathElement
{
    public string PatternStr { get; } = pattern;

    internal bool Matches(string name) => FileSystemName.MatchesSimpleExpression(PatternStr, name, ignoreCase: false);

    public override string ToString() => PatternStr;
}
