#if AKKA_OFFICIAL
using ActorSparse.Host.Cluster;
#else
using ActorSparse.Model;
#endif

namespace ActorSparse.Host.Commands;

/// <summary>cluster: a coordinator or workers as nodes of an Akka.NET cluster, or a look at one.</summary>
internal static class ClusterCommand
{
#if AKKA_OFFICIAL
    public static int Run(CommandContext context) => ClusterRoles.Run(context);
#else
    public static int Run(CommandContext context) => throw new InvalidInputException(
        $"cluster {context.Argument}: needs the official Akka.NET packages, and this program was built without them; where a package "
        + "source has Akka.Remote and Akka.Cluster, run it again with AkkaRuntime=official (docs/cluster.md)");
#endif
}
