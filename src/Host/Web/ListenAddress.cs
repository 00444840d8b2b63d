using System.Globalization;
using System.Net;
using ActorSparse.Model;

namespace ActorSparse.Host.Web;

/// <summary>Where a page or service is offered: an address of this machine and a port.</summary>
/// <param name="Address">The address; <see cref="IPAddress.IPv6Any"/> for all of them.</param>
/// <param name="Port">The port; 0 for any free one.</param>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    private const string Expected = "expected PORT, which is of this machine alone, or ADDRESS:PORT, such as 0.0.0.0:8080";

    /// <summary>Whether nobody on another machine reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads PORT, ADDRESS:PORT, localhost:PORT or *:PORT; an address of IPv6 is in brackets.</summary>
    /// <exception cref="InvalidInputException">It is none of them.</exception>
    public static ListenAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "localhost" : text[..colon];
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            throw new InvalidInputException($"'{text}' has no port from 0 to {IPEndPoint.MaxPort}; {Expected}");
        var address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            // Without brackets the last part of an address of IPv6 would be the port.
            _ when host.Contains(':', StringComparison.Ordinal) != host.StartsWith('[') => null,
            _ => IPAddress.TryParse(host, out var parsed) ? parsed : null,
        };
        return address is not null ? new(address, port) : throw new InvalidInputException($"'{host}' is no address; {Expected}");
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
