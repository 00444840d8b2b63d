using ActorSparse.Host.Configuration;
using ActorSparse.Host.Web;

namespace ActorSparse.Host.Prediction;

/// <summary>Where a server of predictions listens, and its bounds.</summary>
internal sealed record ServingOptions
{
    /// <summary>Where it listens.</summary>
    public required ListenAddress Address { get; init; }

    /// <summary>What gave the address, for messages.</summary>
    public string Source { get; init; } = "";

    /// <summary>Requests for predictions that may be under way at one time.</summary>
    public int RequestsMax { get; init; } = 256;

    /// <summary>Size of a request's body at most, in MiB.</summary>
    public int BodyMegaBytesMax { get; init; } = 4;

    /// <summary>Samples of a request at most.</summary>
    public int SamplesMax { get; init; } = 1024;

    /// <summary>The options of the command serve.</summary>
    public static ServingOptions Of(Settings settings) => new()
    {
        Address = settings.Read("listen", ListenAddress.Parse),
        Source = settings.SourceOf("listen"),
        RequestsMax = settings.Whole("requests-max"),
        BodyMegaBytesMax = settings.Whole("body-max"),
    };
}
