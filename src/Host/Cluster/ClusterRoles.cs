using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Commands;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using Akka.Actor;
using Akka.Configuration;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Cluster;

/// <summary>The roles of the command cluster.</summary>
internal static class ClusterRoles
{
    private const string StatusRole = "status";
    private static readonly TimeSpan s_statusTimeout = TimeSpan.FromSeconds(10);

    private static readonly string[] s_nodeOptions = ["host", "port", "join", "akka-config", "quiet"];
    private static readonly string[] s_workerOptions = [.. s_nodeOptions, "workers", "threads", "kernels", "data-dir"];

    public static int Run(CommandContext context) => context.Argument switch
    {
        NodeProtocol.CoordinatorRole => Coordinate(context),
        NodeProtocol.WorkerRole => Work(context),
        StatusRole => ShowStatus(context),
        var other => throw new InvalidInputException($"cluster: '{other}' is no role; expected coordinator, worker or status"),
    };

    private static int Coordinate(CommandContext context)
    {
        if (context.CommandLine.ContainsKey("join"))
            throw new InvalidInputException("cluster coordinator: --join is for workers; a cluster has one coordinator, which they join");
        var (settings, path) = TrainCommand.Resolve(context, context.CommandLine.GetValueOrDefault("recipe"));
        var site = new ClusterSite(settings);
        if (TrainingModes.Choose(settings, TrainingSetup.Options(settings), site) is SequentialMode)
            throw new InvalidInputException(
                "cluster coordinator: the mode is sequential, by --mode or by the rule; expected wasap or wssp, which have workers");
        return TrainCommand.Run(context, settings, path, site);
    }

    private static int Work(CommandContext context)
    {
        Allow(context, s_workerOptions);
        var settings = context.Resolve(null);
        var config = NodeConfiguration.Load(settings, NodeProtocol.WorkerRole);
        var coordinator = NodeConfiguration.Coordinator(settings, config);
        using var data = new WorkerData(settings, config);
        using var interruption = new Interruption();
        var workers = settings.FindWhole("workers") ?? 1;
        long incarnation = 0;
        var setup = new WorkerNodeSetup
        {
            Coordinator = coordinator,
            Workers = workers,
            Name = FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}"),
            Threads = Math.Max(1, TrainingSetup.Threads(settings) / workers),
            Open = data.Open,
            Say = line => Say(context, settings, line),
            NextIncarnation = () => Interlocked.Increment(ref incarnation),
        };
        Say(context, settings, $"joining {coordinator} with {workers} workers");
        var (outcome, detail) = WorkerNode.RunAsync(() => NodeConfiguration.Start(config), setup, interruption.Token)
            .GetAwaiter().GetResult();
        if (outcome == WorkerNodeOutcome.Rejected) throw new InvalidInputException($"cluster worker: {detail}");
        Say(context, settings, detail);
        return ExitCodes.Done;
    }

    private static int ShowStatus(CommandContext context)
    {
        Allow(context, s_nodeOptions);
        var settings = context.Resolve(null);
        var config = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }")
            .WithFallback(NodeConfiguration.Load(settings, NodeProtocol.WorkerRole));
        var coordinator = NodeConfiguration.Coordinator(settings, config);
        var system = NodeConfiguration.Start(config);
        try
        {
            var status = system.ActorSelection($"{coordinator}/user/{NodeProtocol.GateName}")
                .Ask<Nodes.Status>(new Nodes.AskStatus(), s_statusTimeout).GetAwaiter().GetResult();
            foreach (var line in status.Members) context.Output.WriteLine($"member    {line}");
            foreach (var line in status.Workers) context.Output.WriteLine($"worker    {line}");
            foreach (var line in status.Progress) context.Output.WriteLine($"run       {line}");
            return ExitCodes.Done;
        }
        catch (AskTimeoutException)
        {
            throw new IOException($"no coordinator answered at {settings.Text("join")} within {s_statusTimeout.TotalSeconds:0} s");
        }
        finally
        {
            system.Terminate().Wait(CancellationToken.None);
        }
    }

    private static void Allow(CommandContext context, string[] options)
    {
        foreach (var name in context.CommandLine.Keys)
            if (!options.Contains(name))
                throw new InvalidInputException(
                    $"cluster {context.Argument}: --{name} is for the coordinator; expected only --{string.Join(", --", options)}");
    }

    private static void Say(CommandContext context, Settings settings, string line)
    {
        if (!settings.Flag("quiet")) context.Error.WriteLine(line);
    }
}
