using ActorSparse.Model;
using Akka.Configuration;

namespace ActorSparse.Actors.Cluster;

/// <summary>How messages travel between nodes, from the section <c>actorsparse.cluster</c> (hocon/cluster.conf).</summary>
public sealed record LinkSettings
{
    /// <summary>Where the settings are.</summary>
    public const string Section = "actorsparse.cluster";

    /// <summary>Dispatcher of gate and links.</summary>
    public const string Dispatcher = "actorsparse.link-dispatcher";

    private const int FrameOverheadBytes = 1024;

    /// <summary>Largest piece of a message, in bytes.</summary>
    public required int ChunkBytes { get; init; }

    /// <summary>Pieces under way at a time, each way of a link.</summary>
    public required int WindowChunks { get; init; }

    /// <summary>Largest message that is accepted, in bytes.</summary>
    public required int MessageBytesMax { get; init; }

    /// <summary>How often gate and links look for what did not come.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Intervals after which a piece that did not arrive is given up.</summary>
    public required int LossTicks { get; init; }

    /// <summary>Longest time that a leaving node gives its workers to deliver.</summary>
    public required TimeSpan LeaveTimeout { get; init; }

    /// <summary>Reads the section from the configuration of an actor system.</summary>
    /// <exception cref="InvalidInputException">A setting is missing or out of range.</exception>
    public static LinkSettings From(Config configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetConfig(Section);
        if (section is null || section.IsEmpty)
            throw new InvalidInputException($"the Akka configuration has no section {Section}; expected hocon/cluster.conf");
        var interval = Duration(section, "interval");
        var settings = new LinkSettings
        {
            ChunkBytes = Bytes(section, "chunk-size"),
            WindowChunks = section.GetInt("chunks-under-way"),
            MessageBytesMax = Bytes(section, "message-size-max"),
            Interval = interval,
            LossTicks = (int)Math.Ceiling(Duration(section, "loss-timeout") / interval),
            LeaveTimeout = Duration(section, "leave-timeout"),
        };
        if (settings.WindowChunks < 1) throw new InvalidInputException($"{Section}.chunks-under-way: expected at least 1");
        var frame = configuration.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size", null) ?? 0;
        if (settings.ChunkBytes + FrameOverheadBytes > frame)
            throw new InvalidInputException(
                $"{Section}.chunk-size: {settings.ChunkBytes} bytes; expected at least {FrameOverheadBytes} less than a frame of {frame}");
        return settings;
    }

    private static int Bytes(Config section, string key) =>
        section.GetByteSize(key, null) is > 0 and <= int.MaxValue and { } value ? (int)value :
            throw new InvalidInputException($"{Section}.{key}: expected a size from 1b to 2047MiB, as in 64KiB");

    private static TimeSpan Duration(Config section, string key) =>
        section.GetTimeSpan(key, TimeSpan.Zero) is var value && value > TimeSpan.Zero ? value :
            throw new InvalidInputException($"{Section}.{key}: expected a duration above zero, as in 5s");
}
