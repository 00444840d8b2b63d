using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Operators.Linear;

namespace ActorSparse.Host.Runs;

/// <summary>
/// Options of the command line that change nothing beside the others: whoever gives one expects something of it. A recipe may hold them, for
/// the modes and rules that it is not run with.
/// </summary>
internal static class IdleOptions
{
    private const string None = "";

    /// <summary>Refuses the first one that does nothing. With <paramref name="comparesRules"/> there is a use for those of every rule.</summary>
    /// <exception cref="InvalidInputException">There is one.</exception>
    public static void Refuse(Settings settings, bool comparesRules = false)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (names, reason) in Idle(settings, comparesRules))
            if (reason.Length > 0)
                foreach (var name in names)
                    if (settings.Names.Contains(name) && settings.IsOnCommandLine(name) && !IsNeutral(name, settings.Find(name)))
                        throw new InvalidInputException($"--{name} {settings.Find(name)} {reason}");
    }

    /// <summary>Refuses the first one that this network and this training have no use for.</summary>
    /// <param name="settings">Completed settings.</param>
    /// <param name="spec">The network.</param>
    /// <param name="updates">Updates of the whole training.</param>
    /// <exception cref="InvalidInputException">There is one.</exception>
    public static void RefuseFor(Settings settings, NetworkSpec spec, long updates)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(spec);
        var layers = spec.ToGraph().Nodes.Select(node => node.Operator).OfType<LinearSpec>().ToList();
        var evolves = new GuidedOptions { Until = settings.Number("evolve-until") }.End(updates);
        foreach (var (name, isUsed, reason) in (IEnumerable<(string, bool, string)>)[
            ("activation", spec is { IsChain: true, LayerCount: > 1 }, "has no effect: "
                + (spec.IsChain ? "there is no hidden layer" : "the nodes of a network have activations of their own")),
            ("dropout", layers.Any(layer => layer.Dropout), "has no effect: the network has no node with dropout"),
            ("activations", layers.Count > 0, "has no effect: the network has no fully connected layer"),
            ("evolve-every", settings.Whole("evolve-every") <= evolves || !TopologyRules.With("evolve-until").Contains(settings.Text("rule")),
                string.Create(CultureInfo.InvariantCulture, $"has no effect: of {updates:N0} updates connections evolve in the first {evolves:N0}")),
            ("importance-from", settings.FindWhole("importance-from") is not { } from || from < settings.Whole("epochs"),
                $"has no effect in {settings.Whole("epochs")} epochs")])
            if (!isUsed && settings.IsOnCommandLine(name) && !IsNeutral(name, settings.Find(name)))
                throw new InvalidInputException($"--{name} {settings.Find(name)} {reason}");
    }

    // As if it had not been given: one trainer is one worker, and has no second phase.
    private static bool IsNeutral(string name, string? value) => (name, value) is ("workers", "1") or ("phase-two", "0") or ("local-steps", "1")
        or ("staleness-damping", "0") or ("nesterov", "false") or ("dropout", "0") or ("activations", "full");

    private static IEnumerable<(string[] Names, string Reason)> Idle(Settings settings, bool comparesRules)
    {
        string Unless(bool used, string reason) => used ? None : reason;
        var (mode, rule, dataset) = (settings.Text("mode"), settings.Text("rule"), settings.Text("dataset"));
        yield return (["workers", "phase-two", "phase-two-topology", "rounds", "local-steps"],
            Unless(!TrainingModes.IsAlone(settings), "has no effect without workers (mode sequential)"));
        yield return (["staleness-max", "staleness-damping"],
            Unless(!TrainingModes.IsAlone(settings) && mode != TrainingModes.Wssp, $"has no effect in mode {mode}, where no gradient is stale"));
        yield return (["rule"], Unless(!comparesRules, "has no effect on compare, which takes --rules"));
        yield return (["checkpoint-every"], Unless(!comparesRules, "has no effect on compare, which keeps no checkpoints"));
        var isAdam = settings.Text("optimizer") == "adamw";
        yield return (["beta2"], Unless(isAdam, "is of --optimizer adamw, not of sgd"));
        yield return (["nesterov"], Unless(!isAdam, "is of --optimizer sgd, not of adamw"));
        foreach (var option in TopologyRules.Options)
        {
            var rules = TopologyRules.With(option);
            yield return ([option], Unless(comparesRules || rules.Contains(rule),
                $"is of --rule {string.Join(", ", rules.SkipLast(1))} and {rules[^1]}, not of {rule}"));
        }
        yield return (["importance-every", "importance-percentile", "importance-minimum"],
            Unless(settings.Find("importance-from") is not null, "has no effect without --importance-from"));
        yield return (["samples", "test-samples", "label-noise"],
            Unless(dataset is "madelon" or "planted", "is of generated samples (--dataset madelon or planted)"));
        yield return (["feature-density"], Unless(dataset == "planted", "is of --dataset planted"));
        yield return (["train-labels", "test-labels", "format", "label", "targets", "ignore", "columns", "missing", "categories", "header", "encoding",
            "decimal", "libsvm-base"], Unless(dataset == "files", $"is of files, not of the data set {dataset}"));
        yield return (["test-labels"], Unless(settings.Find("test") is not null, "has no effect without --test"));
        yield return (["epsilon"], Unless(!settings.IsOnCommandLine("sparsity"), "has no effect beside --sparsity"));
        yield return (["holdout"], Unless(settings.Find("test") is null && dataset == "files", "has no effect where there are test samples"));
    }
}
