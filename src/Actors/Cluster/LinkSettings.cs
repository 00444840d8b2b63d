using ActorSparse.Model;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;
using Akka.Configuration;

namespace ActorSparse.Actors.Cluster;

/// <summary>How messages travel between nodes, from the section <c>actorsparse.cluster</c> (hocon/cluster.conf).</summary>
internal sealed record LinkSettings
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

    /// <summary>Largest message that is accepted, in bytes; null if that follows from the network.</summary>
    public required long? MessageBytesMax { get; init; }

    /// <summary>How often nodes ask again for what did not come.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>A node joins again at the earliest when so much time has passed since it joined last.</summary>
    public required TimeSpan JoinInterval { get; init; }

    /// <summary>After so long, at most twice as long, without an arrival what is under way is given up.</summary>
    public required TimeSpan LossTimeout { get; init; }

    /// <summary>Longest time that a leaving node gives its workers to deliver.</summary>
    public required TimeSpan LeaveTimeout { get; init; }

    /// <summary>Reads the section from the configuration of an actor system.</summary>
    /// <exception cref="InvalidInputException">A setting is missing or out of range.</exception>
    public static LinkSettings From(Config configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = new SettingsSection(configuration, Section, "hocon/cluster.conf");
        var settings = new LinkSettings
        {
            ChunkBytes = (int)section.Bytes("chunk-size", int.MaxValue),
            WindowChunks = section.Number("chunks-under-way", 1),
            MessageBytesMax = section.Has("message-size-max") ? section.Bytes("message-size-max", long.MaxValue) : null,
            Interval = section.Duration("interval"),
            JoinInterval = section.Duration("join-interval"),
            LossTimeout = section.Duration("loss-timeout"),
            LeaveTimeout = section.Duration("leave-timeout"),
        };
        var frame = configuration.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size", null) ?? 0;
        if (settings.ChunkBytes + FrameOverheadBytes > frame)
            throw new InvalidInputException(
                $"{Section}.chunk-size: {settings.ChunkBytes} bytes; expected at least {FrameOverheadBytes} less than a frame of {frame}");
        return settings;
    }

    /// <summary>
    /// Largest message that is accepted of a training of <paramref name="spec"/>: the setting, or twice what the largest honest one takes,
    /// a replica with velocities and all indices at the expected number of connections.
    /// </summary>
    public long MessageLimit(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        const long PerConnection = 3 * sizeof(float), PerNeuron = 3 * sizeof(float), Texts = 1 << 20;
        if (MessageBytesMax is { } limit) return limit;
        var bytes = 0.0;
        var layout = spec.Layout();
        foreach (var (block, epsilon) in layout.Sparse.Zip(spec.Epsilons()))
            bytes += ErdosRenyi.ExpectedConnections(block.Columns, block.Rows, epsilon) * PerConnection;
        bytes += layout.Dense.Sum(block => (double)block.Rows * PerNeuron);
        return Texts + (long)(2 * bytes);
    }
}
