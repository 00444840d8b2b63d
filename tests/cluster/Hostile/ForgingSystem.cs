using ActorSparse.Actors.Cluster;
using ActorSparse.Model.Numerics;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Hostile;

/// <summary>An actor system that can reach a node and says what nobody should.</summary>
internal static class ForgingSystem
{
    private const int Batch = 2_000;

    private static readonly string[] s_manifests =
    [
        "na", "nt", "nc", "nd", "nw", "nr", "ns", "nu", "nk", "ny", "1g", "1p", "2r", "2t", "mj", "mr", "px", "zz", "", "PP", "K", "ID", "AID",
        "STF",
    ];

    private static readonly string[] s_records = ["nc", "nd", "nw", "ns", "nu"];

    private static readonly byte[] s_claims = [7, 9, 16, 251, 252, 254, 255];

    private static readonly string[] s_types =
    [
        "System.Diagnostics.Process, System.Diagnostics.Process", "System.IO.FileInfo, System.Private.CoreLib",
        "Akka.Dispatch.SysMsg.Terminate, Akka", "Akka.Dispatch.SysMsg.Suspend, Akka", "Akka.Actor.PoisonPill, Akka",
        "No.Such.Type, Nowhere",
    ];

    private static readonly int[] s_serializers = [1, 2, 3, 4, 6, 16, 17, 22, 36, -5, 7301, 7302, 7302, 7302, 7302, 123_456];

    private static readonly Config s_config = ConfigurationFactory.ParseString("""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor {
            provider = remote
            serializers {
              forging = "ActorSparse.Hostile.ForgingSerializer, hostile"
              actorsparse-nodes = "ActorSparse.Actors.Cluster.NodeSerializer, ActorSparse.Actors"
            }
            serialization-bindings {
              "ActorSparse.Hostile.Forged, hostile" = forging
              "ActorSparse.Actors.Cluster.INodeMessage, ActorSparse.Actors" = actorsparse-nodes
            }
          }
          remote {
            retry-gate-closed-for = 10ms
            dot-netty.tcp {
              hostname = "127.0.0.1"
              port = 0
              maximum-frame-size = 128KiB
              send-buffer-size = 256KiB
              receive-buffer-size = 256KiB
            }
          }
        }
        """);

    /// <summary>
    /// Sends so many messages from a system of that name to the actors of a node, under the name <paramref name="addressee"/> of its
    /// system; returns how many went out.
    /// </summary>
    public static async Task<int> SendAsync(
        string name, string addressee, string endpoint, string[] paths, int count, RandomStream random)
    {
        var system = ActorSystem.Create(name, s_config);
        var nodes = new NodeSerializer((ExtendedActorSystem)system);
        var address = $"akka.tcp://{addressee}@{endpoint}";
        var targets = paths.Select(path => system.ActorSelection(address + path)).ToList();
        var actors = paths.Select(path => ((ExtendedActorSystem)system).Provider.ResolveActorRef(address + path)).ToList();
        var pulse = system.ActorSelection(address + "/system/remote-watcher");
        var (asked, answered) = (0, 0);
        var genuine = nodes.ToBinary(new Nodes.Chunk(new(1, 0, 100_000_000_000, "1g", new byte[500])));
        var self = system.ActorOf(Props.Create(() => new Silent()));
        for (var sent = 0; sent < count; sent++)
        {
            var which = random.NextInt32(targets.Count);
            var message = Message(nodes, genuine, random);
            // What has no sender comes from the node itself, as Akka.NET sees it there.
            var sender = random.NextInt32(3) == 0 ? ActorRefs.NoSender : self;
            if (random.NextInt32(4) == 0) targets[which].Tell(message, sender);
            else actors[which].Tell(message, sender);
            // What is sent faster than the connection takes it would be dropped here, unseen.
            if (sent % Batch != 0) continue;
            await ConfirmAsync();
        }
        await ConfirmAsync();
        await system.Terminate();
        Console.WriteLine($"{name} to {addressee}: {asked} batches of {Batch}, {answered} read to the end as an answer shows");
        return count;

        async Task ConfirmAsync()
        {
            asked++;
            if (addressee != "actorsparse") await Task.Delay(200);
            else if (await AnswersAsync(pulse)) answered++;
        }
    }

    // Whether the node has read what was sent before, or the connection broke in between.
    private static async Task<bool> AnswersAsync(ActorSelection pulse)
    {
        try
        {
            await pulse.ResolveOne(TimeSpan.FromSeconds(60));
            return true;
        }
        catch (ActorNotFoundException)
        {
            return false;
        }
    }

    private static object Message(NodeSerializer nodes, byte[] genuine, RandomStream random)
    {
        switch (random.NextInt32(12))
        {
            case 0: return new Nodes.AskTraining(random.NextInt32(5) + 10);
            case 1: return new Nodes.Connect((ulong)random.NextInt64(9), NodeProtocol.Version, "nobody", "other", "other");
            case 2:
                return new Nodes.Chunk(
                    new(random.NextInt32(5), random.NextInt32(3), random.NextInt64(long.MaxValue), "1g", new byte[100]));
            case 3: return new Nodes.ChunkArrived(random.NextInt32(1000), random.NextInt32(10));
            case 4: return new Nodes.Rejected("go away");
            case 5: return new Forged(22, s_types[random.NextInt32(s_types.Length)], []);
            case 6: return random.NextInt32(2) == 0 ? PoisonPill.Instance : Kill.Instance;
            case 7:
                var type = s_types[random.NextInt32(s_types.Length)];
                return new Forged(1, type, System.Text.Encoding.UTF8.GetBytes($"{{\"$type\":\"{type}\"}}"));
            case 8:
                byte[] damaged = [.. genuine];
                damaged[random.NextInt32(damaged.Length)] ^= (byte)(1 + random.NextInt32(255));
                return new Forged(7302, "nk", damaged);
            case 9: return new Nodes.Training(random.NextUInt64(), NodeProtocol.Version, "", "{", "", "", "");
            case 10:
                // A text, or what Hyperion takes for an array or a type, of a gigabyte.
                byte[] claim = [2, s_claims[random.NextInt32(s_claims.Length)], 0, 0, 0, 0x40, 0];
                return new Forged(7302, s_records[random.NextInt32(s_records.Length)], claim);
            default:
                var bytes = new byte[random.NextInt32(200)];
                for (var index = 0; index < bytes.Length; index++) bytes[index] = (byte)random.NextInt32(256);
                return new Forged(
                    s_serializers[random.NextInt32(s_serializers.Length)], s_manifests[random.NextInt32(s_manifests.Length)], bytes);
        }
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }
}
