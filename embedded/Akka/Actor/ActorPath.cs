using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>
/// The name of an actor: its system's address and the names from the root down. Equality ignores <see cref="Uid"/>, which tells
/// incarnations under the same name apart.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    internal const int UndefinedUid = 0;

    private const string ValidSymbols = "\"-_.*$+:@&=,!~';()";

    private protected ActorPath(Address address, string name, long uid)
    {
        Address = address;
        Name = name;
        Uid = uid;
    }

    public Address Address { get; }

    public string Name { get; }

    public long Uid { get; }

    public abstract ActorPath Parent { get; }

    public abstract ActorPath Root { get; }

    /// <summary>Number of elements below the root.</summary>
    public abstract int Depth { get; }

    /// <summary>The names from the root's child down.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            var elements = new string[Depth];
            var path = this;
            for (var i = elements.Length - 1; i >= 0; i--, path = path.Parent)
                elements[i] = path.Name;
            return elements;
        }
    }

    internal IReadOnlyList<string> ElementsWithUid
    {
        get
        {
            var elements = (string[])Elements;
            if (Uid != UndefinedUid && elements.Length > 0)
                elements[^1] += $"#{Uid}";
            return elements;
        }
    }

    public ActorPath Child(string childName) => this / childName;

    public abstract ActorPath WithUid(long uid);

    /// <summary>The child of that name, which may carry a uid as <c>name#uid</c>.</summary>
    public static ActorPath operator /(ActorPath path, string name)
    {
        var (bare, uid) = SplitUid(name);
        return new ChildActorPath(path, bare, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> names) =>
        names.Where(name => name.Length > 0).Aggregate(path, (parent, name) => parent / name);

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    /// <summary>
    /// Whether an actor may carry this name: letters, digits, percent escapes and <c>-_.*$+:@&amp;=,!~';()"</c>, no leading <c>$</c>.
    /// </summary>
    public static bool IsValidPathElement(string name)
    {
        if (string.IsNullOrEmpty(name) || name[0] == '$')
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '%' && i + 2 < name.Length && char.IsAsciiHexDigit(name[i + 1]) && char.IsAsciiHexDigit(name[i + 2]))
                i += 2;
            else if (!char.IsAsciiLetterOrDigit(c) && !ValidSymbols.Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <exception cref="UriFormatException">The text is not an absolute actor path.</exception>
    public static ActorPath Parse(string path) =>
        TryParse(path, out var actorPath)
            ? actorPath
            : throw new UriFormatException($"'{path}' is not an actor path; expected akka://system/user/name");

    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        var scheme = path?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (scheme <= 0)
            return false;
        var slash = path!.IndexOf('/', scheme + 3);
        if (!Address.TryParse(slash < 0 ? path : path[..slash], out var address))
            return false;
        var root = new RootActorPath(address);
        actorPath = slash < 0 ? root : root / path[(slash + 1)..].Split('/');
        return true;
    }

    /// <summary>The path below the address, such as <c>/user/name</c>.</summary>
    public string ToStringWithoutAddress() => Depth == 0 ? Name : "/" + string.Join('/', Elements);

    public string ToStringWithAddress() => $"{Address}{ToStringWithoutAddress()}";

    public string ToStringWithUid() => Uid == UndefinedUid ? ToStringWithAddress() : $"{ToStringWithAddress()}#{Uid}";

    /// <summary>The full path with the incarnation, from which <see cref="IActorRefProvider"/> finds the reference again.</summary>
    public string ToSerializationFormat() => ToStringWithUid();

    public override string ToString() => ToStringWithAddress();

    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || Depth != other.Depth || !Address.Equals(other.Address))
            return false;
        for (var (a, b) = (this, other); ; (a, b) = (a.Parent, b.Parent))
        {
            if (ReferenceEquals(a, b))
                return true;
            if (a.Name != b.Name)
                return false;
            if (a.Depth == 0)
                return true;
        }
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Depth, Name, Parent.Name);

    public int CompareTo(ActorPath? other) =>
        ReferenceEquals(this, other) ? 0 : string.CompareOrdinal(ToStringWithAddress(), other?.ToStringWithAddress());

    internal static (string Name, long Uid) SplitUid(string element)
    {
        var hash = element.IndexOf('#', StringComparison.Ordinal);
        return hash >= 0 && long.TryParse(element.AsSpan(hash + 1), out var uid) ? (element[..hash], uid) : (element, UndefinedUid);
    }
}
