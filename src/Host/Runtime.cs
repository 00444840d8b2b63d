namespace ActorSparse.Host;

/// <summary>What this program was built against.</summary>
public static class Runtime
{
    /// <summary>The Akka runtime: "official" or "embedded".</summary>
    public const string AkkaRuntime =
#if AKKA_OFFICIAL
        "official";
#else
        "embedded";
#endif
}
