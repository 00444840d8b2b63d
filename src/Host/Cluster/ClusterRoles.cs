using System.Security.Cryptography;
using ActorSparse.Actors.Cluster;
using ActorSparse.Host.Commands;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Cluster;

/// <summary>The roles of the command cluster.</summary>
internal static class ClusterRoles
{
    private const string StatusRole = "status";
    private const int NameDigits = 6;
    private static readonly TimeSpan s_statusTimeout = TimeSpan.FromSeconds(5);

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
        var recipe = context.CommandLine.GetValueOrDefault("recipe");
        if (context.Resolve(null).Find("join") is not null) return new StandbyCoordinator(context, recipe).Run();
        var (settings, path) = TrainCommand.Resolve(context, recipe);
        using var interruption = new Interruption();
        try
        {
            return Train(context, settings, path, new(settings), interruption);
        }
        catch (NodeRemovedException error)
        {
            // No other coordinator goes on with the run; workers keep trying.
            throw new IOException($"{error.Message}; go on with: {RunFolder.ResumeCommand("cluster coordinator", path)}", error);
        }
    }

    /// <summary>Trains with the workers that join.</summary>
    /// <param name="context">The call.</param>
    /// <param name="settings">Its options.</param>
    /// <param name="path">The run folder.</param>
    /// <param name="site">Where the workers are.</param>
    /// <param name="interruption">Stops the run.</param>
    /// <param name="folder">The run folder, if it is open already: then the run in it is continued if there is one.</param>
    public static int Train(
        CommandContext context, Settings settings, string path, ClusterSite site, Interruption interruption, RunFolder? folder = null)
    {
        if (TrainingModes.IsAlone(settings))
            throw new InvalidInputException(
                "cluster coordinator: the mode is sequential; expected wasap or wssp, which have workers");
        return TrainCommand.Run(context, settings, path, site, interruption, folder);
    }

    private static int Work(CommandContext context)
    {
        Allow(context, s_workerOptions);
        var settings = context.Resolve(null);
        var config = NodeConfiguration.Load(settings, NodeProtocol.WorkerRole);
        var coordinators = NodeConfiguration.Coordinators(settings, config);
        using var data = new WorkerData(settings);
        using var interruption = new Interruption();
        var workers = settings.FindWhole("workers") ?? 1;
        long incarnation = 0;
        var setup = new WorkerNodeSetup
        {
            Coordinators = coordinators,
            Workers = workers,
            // In containers with one host name every process is number 1.
            Name = FormattableString.Invariant(
                $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(NameDigits, lowercase: true)}"),
            Threads = TrainingDefaults.ThreadsPerWorker(TrainingSetup.Threads(settings), workers),
            Open = data.Open,
            Say = line => Say(context, settings, line),
            NextIncarnation = () => Interlocked.Increment(ref incarnation),
        };
        Say(context, settings, $"joining {settings.Text("join")} with {workers} workers");
        var (outcome, detail) = WorkerNode.RunAsync(() => NodeConfiguration.Start(config), setup, interruption.Token)
            .GetAwaiter().GetResult();
        if (outcome == WorkerNodeOutcome.Rejected) throw new InvalidInputException($"cluster worker: {detail}");
        if (outcome == WorkerNodeOutcome.Failed) context.Error.WriteLine($"actorsparse: {detail}");
        else Say(context, settings, detail);
        return outcome switch
        {
            WorkerNodeOutcome.Failed => ExitCodes.Failed,
            // As the coordinator, so that a supervisor that starts it again starts its workers again.
            WorkerNodeOutcome.Stopped => ExitCodes.Terminated,
            _ => ExitCodes.Done,
        };
    }

    private static int ShowStatus(CommandContext context)
    {
        Allow(context, s_nodeOptions);
        var settings = context.Resolve(null);
        var config = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }")
            .WithFallback(NodeConfiguration.Load(settings, NodeProtocol.WorkerRole));
        var coordinators = NodeConfiguration.Coordinators(settings, config);
        var system = NodeConfiguration.Start(config);
        try
        {
            // As a worker: under the names given, then at their addresses.
            if ((Ask(system, coordinators) ?? Ask(system, HostNames.ResolveAsync(coordinators).GetAwaiter().GetResult())) is not { } status)
                throw new IOException($"no coordinator answered at {settings.Text("join")}; it must listen under that name (--host)");
            context.Output.WriteLine(status.Lines);
            return ExitCodes.Done;
        }
        finally
        {
            system.Terminate().Wait(CancellationToken.None);
        }
    }

    // Of several only the one that coordinates answers.
    private static Nodes.Status? Ask(ActorSystem system, IReadOnlyList<Address> coordinators)
    {
        if (coordinators.Count == 0) return null;
        try
        {
            return Task.WhenAny(coordinators.Select(address => system.ActorSelection($"{address}{NodeProtocol.GatePath}")
                .Ask<Nodes.Status>(new Nodes.AskStatus(), s_statusTimeout))).Unwrap().GetAwaiter().GetResult();
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private static void Allow(CommandContext context, string[] options)
    {
        foreach (var name in context.CommandLine.Keys)
            if (!options.Contains(name))
                throw new InvalidInputException(
                    $"cluster {context.Argument}: --{name} is for the coordinator; expected only --{string.Join(", --", options)}");
    }

    /// <summary>A line on standard error, unless --quiet.</summary>
    public static void Say(CommandContext context, Settings settings, string line)
    {
        if (!settings.Flag("quiet")) context.Error.WriteLine(line);
    }
}
