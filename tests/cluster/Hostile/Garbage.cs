using System.Buffers.Binary;
using System.Net.Sockets;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Hostile;

/// <summary>Frames that are none: connections that say something else than Akka.NET's protocol.</summary>
internal static class Garbage
{
    private const int FramesPerConnection = 50;
    private const int BodyBytesMax = 300;

    /// <summary>
    /// Sends so many frames, a few to a connection, whether or not anybody listens to the end; returns how many went out.
    /// </summary>
    public static async Task<int> SendAsync(string endpoint, int count, RandomStream random)
    {
        var (host, port) = (endpoint[..endpoint.LastIndexOf(':')], int.Parse(endpoint[(endpoint.LastIndexOf(':') + 1)..]));
        var sent = 0;
        while (sent < count)
        {
            var frames = Math.Min(FramesPerConnection, count - sent);
            try
            {
                using var client = new TcpClient { LingerState = new(true, 0), NoDelay = true };
                await client.ConnectAsync(host, port);
                await client.GetStream().WriteAsync(Frames(frames, random));
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // The node has closed the connection: what it did not read does not count less.
                await Task.Delay(1);
            }
            sent += frames;
        }
        return sent;
    }

    private static byte[] Frames(int count, RandomStream random)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        for (var frame = 0; frame < count; frame++)
        {
            var body = new byte[random.NextInt32(BodyBytesMax)];
            for (var index = 0; index < body.Length; index++) body[index] = (byte)random.NextInt32(256);
            // Mostly an honest length before a body that means nothing; some that promise too much, or less than nothing.
            BinaryPrimitives.WriteInt32LittleEndian(length, random.NextInt32(10) switch
            {
                0 => int.MaxValue,
                1 => -1,
                2 => 100_000 + random.NextInt32(100_000),
                _ => body.Length,
            });
            bytes.Write(length);
            bytes.Write(body);
        }
        return bytes.ToArray();
    }
}
