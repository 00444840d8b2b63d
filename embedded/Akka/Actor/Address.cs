namespace Akka.Actor;

/// <summary>Where an actor system is; within one process protocol and system name only.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>
{
    public static readonly Address AllSystems = new("akka", "all-systems");

    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host!;
        Port = port;
    }

    public string Protocol { get; }

    public string System { get; }

    public string Host { get; }

    public int? Port { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !HasLocalScope;

    public bool Equals(Address? other) =>
        other is not null && Protocol == other.Protocol && System == other.System && Host == other.Host && Port == other.Port;

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    public int CompareTo(Address? other) => string.CompareOrdinal(ToString(), other?.ToString());

    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);

    public override string ToString() => (HasLocalScope, Port) switch
    {
        (true, _) => $"{Protocol}://{System}",
        (_, { } port) => $"{Protocol}://{System}@{Host}:{port}",
        _ => $"{Protocol}://{System}@{Host}",
    };

    /// <exception cref="UriFormatException">The text is not <c>protocol://system[@host[:port]]</c>.</exception>
    public static Address Parse(string address) =>
        TryParse(address, out var parsed)
            ? parsed
            : throw new UriFormatException($"'{address}' is not an address; expected protocol://system[@host:port]");

    internal static bool TryParse(string text, out Address address)
    {
        address = AllSystems;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
            return false;
        var protocol = text[..scheme];
        var rest = text[(scheme + 3)..];
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            address = new Address(protocol, rest);
            return rest.Length > 0;
        }

        var (system, host) = (rest[..at], rest[(at + 1)..]);
        var colon = host.LastIndexOf(':');
        if (colon >= 0 && int.TryParse(host[(colon + 1)..], out var port))
            address = new Address(protocol, system, host[..colon], port);
        else
            address = new Address(protocol, system, host);
        return system.Length > 0;
    }
}
