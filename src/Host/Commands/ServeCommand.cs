using ActorSparse.Host.Configuration;
using ActorSparse.Host.Prediction;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Compute;

namespace ActorSparse.Host.Commands;

/// <summary>serve: answers samples that are posted with a checkpoint's predictions, until it is told to stop.</summary>
internal static class ServeCommand
{
    public static int Run(CommandContext context)
    {
        using var interruption = new Interruption();
        using var argument = CheckpointArgument.Load(context);
        using var compute = Compute(argument.Settings);
        ServeAsync(context, argument, compute, interruption).GetAwaiter().GetResult();
        return interruption.ExitCode;
    }

    /// <summary>What computes for requests: on one thread unless told. The other cores read them, and few samples gain little by more.</summary>
    public static NetworkCompute Compute(Settings settings) =>
        new(TrainingSetup.Kernels(settings), settings.FindWhole("threads") ?? 1);

    private static async Task ServeAsync(
        CommandContext context, CheckpointArgument argument, NetworkCompute compute, Interruption interruption)
    {
        var data = TrainingSetup.Data(argument.Settings);
        await using var server = new PredictionServer(
            argument.Checkpoint, argument.Path, data, compute, ServingOptions.Of(argument.Settings), context.Error);
        var threads = compute.Threads == 1 ? "1 thread" : $"{compute.Threads} threads";
        context.Output.WriteLine($"{argument.Path}: {argument.Checkpoint.Network.Spec.Describe()}, {threads}");
        context.Output.WriteLine($"serving at {server.Url}; POST rows to {new Uri(server.Url, "predict")}");
        await Task.Delay(Timeout.Infinite, interruption.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
