using ActorSparse.Host.Cluster;
using ActorSparse.Host.Configuration;

namespace ActorSparse.Host.Commands;

/// <summary>The commands.</summary>
internal static class CommandList
{
    private const string CheckpointHelp = "a checkpoint file, an export (safetensors, npz), or a run folder (its best checkpoint)";

    /// <summary>All commands, in the order of help.</summary>
    public static IReadOnlyList<CommandDefinition> All { get; } =
    [
        new(Verbs.Train, "train a network on a recipe or on files", "recipe", "name of a built-in recipe, or a recipe file", false, TrainCommand.Run),
        new(Verbs.Cluster, "train with workers on other machines", "role", "coordinator, worker or status", true, ClusterRoles.Run),
        new(Verbs.Evaluate, "measure a checkpoint on test samples", "checkpoint", CheckpointHelp, true, EvaluateCommand.Run),
        new(Verbs.Predict, "write a checkpoint's predictions as CSV", "checkpoint", CheckpointHelp, true, PredictCommand.Run),
        new(Verbs.Serve, "answer requests over HTTP with a checkpoint's predictions", "checkpoint", CheckpointHelp, true, ServeCommand.Run),
        new(Verbs.Prune, "prune unimportant neurons, or report what that would cost", "checkpoint", CheckpointHelp, true, PruneCommand.Run),
        new(Verbs.Compact, "rewrite a checkpoint without neurons that do no work", "checkpoint", CheckpointHelp, true, CompactCommand.Run),
        new(Verbs.Inspect, "say what a checkpoint holds and how sparse it is", "checkpoint", CheckpointHelp, true, InspectCommand.Run),
        new(Verbs.Export, "write a network for other programs", "checkpoint", CheckpointHelp, true, ExportCommand.Run),
        new(Verbs.Data, "read a data set as train would and say what is in it", "recipe", "name of a built-in recipe, or a recipe file", false, DataCommand.Run),
        new(Verbs.Compare, "train with several topology rules and seeds and compare them", "recipe", "name of a built-in recipe, or a recipe file", false, CompareCommand.Run),
        new(Verbs.Recover, "recover sparse networks from samples by hard thresholding", "what", "planted (networks that are known), images (a picture as a network), or fit (a data set)", true, RecoverCommand.Run),
        new(Verbs.Bench, "measure this machine", "what", "kernels (products and steps), convolution (one sparse convolution), network (a step of a network), epoch (a training epoch), scale (up to 50 million neurons), evolution (topology rules against width), inference (batches of samples), or serve (requests for predictions)", true, BenchCommand.Run),
    ];
}
