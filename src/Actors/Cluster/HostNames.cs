using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Other names of nodes. A node takes only messages for the name under which it listens, letter by letter: who knows it as localhost does
/// not reach the one at 127.0.0.1.
/// </summary>
internal static class HostNames
{
    /// <summary>The same ports at the addresses of those hosts that are given by name.</summary>
    public static async Task<IReadOnlyList<Address>> ResolveAsync(IReadOnlyList<Address> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var resolved = new List<Address>();
        foreach (var node in nodes.Where(node => Uri.CheckHostName(node.Host) == UriHostNameType.Dns))
        {
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(node.Host, AddressFamily.InterNetwork).ConfigureAwait(false);
                resolved.AddRange(addresses.Select(address => node.WithHost(address.ToString())));
            }
            catch (SocketException)
            {
                // Connecting to that name says why.
            }
        }
        return resolved;
    }
}
