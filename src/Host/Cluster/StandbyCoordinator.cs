using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Commands;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using Akka.Actor;

namespace ActorSparse.Host.Cluster;

/// <summary>
/// One of several coordinators: stands by until it is its turn, then begins the run or goes on from its last checkpoint. All of them reach
/// the same run folder, and the lock that the run holds there keeps one that is only taken for dead from writing beside its successor.
/// </summary>
internal sealed class StandbyCoordinator(CommandContext context, string? recipe)
{
    private const int QuietTries = 10;
    private static readonly TimeSpan s_lockInterval = TimeSpan.FromSeconds(1);

    public int Run()
    {
        var given = context.Resolve(null);
        if (given.Flag("resume") || given.Flag("force"))
            throw new InvalidInputException(
                "cluster coordinator: with --join neither --resume nor --force: the run in the folder is continued if there is one");
        var config = NodeConfiguration.Load(given, NodeProtocol.CoordinatorRole);
        var nodes = NodeConfiguration.Coordinators(given, config);
        if (nodes.Count == 1)
            throw new InvalidInputException(
                $"cluster coordinator: --join {given.Text("join")} names one; expected all coordinators, three or more, with this one");
        var endpoint = NodeConfiguration.Endpoint(config);
        if (!nodes.Any(node => $"{node.Host}:{node.Port}" == endpoint))
            throw new InvalidInputException(
                $"cluster coordinator: this node is {endpoint}, which --join {given.Text("join")} does not name "
                + "(--host and --port say where it is)");
        using var interruption = new Interruption();
        while (true)
        {
            var system = NodeConfiguration.Start(config);
            var life = new NodeLife(system);
            ClusterRoles.Say(context, given, $"{endpoint} joins the coordinators {given.Text("join")}");
            try
            {
                var node = CoordinatorNode.Join(system, nodes, () => ClusterRoles.Say(context, given, $"{endpoint} stands by"));
                node.WaitForTurnAsync(interruption.Token).GetAwaiter().GetResult();
                return Coordinate(system, node, interruption);
            }
            catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
            {
                return interruption.ExitCode;
            }
            catch (NodeRemovedException)
            {
                // As below: the others go on without it, and it joins them again.
            }
            finally
            {
                CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).Wait(CancellationToken.None);
            }
            if (interruption.Token.IsCancellationRequested) return interruption.ExitCode;
            ClusterRoles.Say(context, given, $"{endpoint}: {NodeLife.EndingOf(system)}; it joins again");
            life.WaitForNextAsync(interruption.Token).GetAwaiter().GetResult();
        }
    }

    private int Coordinate(ActorSystem system, CoordinatorNode node, Interruption interruption)
    {
        var path = TrainCommand.PathOf(context, recipe);
        RunFolder.CheckNew(path, force: true);
        using var folder = Lock(path, system, interruption);
        if (folder is null) return interruption.ExitCode;
        var settings = TrainCommand.Resolve(context, recipe, path, resumes: folder.HasCheckpoint);
        return ClusterRoles.Train(context, settings, path, new(settings, (system, node)), interruption, folder);
    }

    // The last one may still be writing; null if this node is told to stop first.
    private RunFolder? Lock(string path, ActorSystem system, Interruption interruption)
    {
        for (var attempt = 1; !interruption.Token.IsCancellationRequested; attempt++)
        {
            if (system.WhenTerminated.IsCompleted) throw new NodeRemovedException($"{path}: the lock was not free in time");
            if (RunFolder.TryOpen(path) is { } folder) return folder;
            if (attempt % QuietTries == 0) context.Error.WriteLine($"{path}: another coordinator is still using this run folder; waiting");
            interruption.Token.WaitHandle.WaitOne(s_lockInterval);
        }
        return null;
    }
}
