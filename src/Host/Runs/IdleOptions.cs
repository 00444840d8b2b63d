using ActorSparse.Host.Configuration;
using ActorSparse.Model;

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

    // As if it had not been given: one trainer is one worker, and has no second phase.
    private static bool IsNeutral(string name, string? value) => (name, value) is ("workers", "1") or ("phase-two", "0") or ("local-steps", "1")
        or ("staleness-damping", "0") or ("nesterov", "false");

    private static IEnumerable<(string[] Names, string Reason)> Idle(Settings settings, bool comparesRules)
    {
        string Unless(bool used, string reason) => used ? None : reason;
        var (mode, rule, dataset) = (settings.Text("mode"), settings.Text("rule"), settings.Text("dataset"));
        yield return (["workers", "phase-two", "phase-two-topology", "rounds", "local-steps"],
            Unless(!TrainingModes.IsAlone(settings), "has no effect without workers (mode sequential)"));
        yield return (["staleness-max", "staleness-damping"],
            Unless(!TrainingModes.IsAlone(settings) && mode != TrainingModes.Wssp, $"has no effect in mode {mode}, where no gradient is stale"));
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
        yield return (["holdout"], Unless(settings.Find("test") is null && dataset == "files", "has no effect where there are test samples"));
    }
}
