using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>A run's state as a checkpoint and back: networks as the model library writes them, the accounts as JSON beside them.</summary>
internal static class RunCheckpoint
{
    // Version 1 counted right ones, as all samples had classes.
    private const int Version = 2;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary><paramref name="template"/> with the networks and accounts of <paramref name="state"/>, which still owns them.</summary>
    public static Checkpoint Of(RunState state, Checkpoint template)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(template);
        var accounts = new Accounts(
            Version, state.Phase, state.ModelVersion, state.Ledger, state.EvolvedEpochs, state.Round, [.. state.RoundEpochsDone],
            new(state.Tallies), state.ReplicaUpdates, state.EvolvedUpdates, new(state.Evolutions), [.. state.ReplicaTallies]);
        return template with { Network = state.Network, Replicas = state.Replicas, Coordination =
            JsonSerializer.Serialize(accounts, s_json) };
    }

    /// <summary>The state that <paramref name="checkpoint"/> holds; it takes the checkpoint's networks over.</summary>
    /// <exception cref="InvalidInputException">
    /// It is not a checkpoint of such a run, or its accounts are damaged or not those of <paramref name="job"/>.
    /// </exception>
    public static RunState Read(Checkpoint checkpoint, TrainingJob job, string source)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(job);
        if (checkpoint.Coordination is not { } text)
            throw new InvalidInputException(
                $"{source}: holds no accounts of a run with workers; expected a checkpoint of mode wasap or wssp");
        Accounts accounts;
        try
        {
            accounts = JsonSerializer.Deserialize<Accounts>(text, s_json) ?? throw new JsonException("null");
            if (accounts.Version == 1) accounts = JsonSerializer.Deserialize<Accounts>(FromFirst(text), s_json)!;
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"{source}: the accounts of the run cannot be read: {error.Message}", error);
        }
        if (accounts.Version != Version)
            throw new InvalidInputException($"{source}: the accounts of the run have version {accounts.Version}; expected {Version}");
        if (WhatIsWrong(accounts, checkpoint, job) is { } wrong)
            throw new InvalidInputException($"{source}: the accounts of the run are damaged: {wrong}");
        return new()
        {
            Phase = accounts.Phase,
            Network = checkpoint.Network,
            ModelVersion = accounts.ModelVersion,
            Ledger = accounts.Ledger!,
            EvolvedEpochs = accounts.EvolvedEpochs,
            Round = accounts.Round,
            RoundEpochsDone = accounts.RoundEpochsDone!,
            Replicas = checkpoint.Replicas,
            ReplicaTallies = accounts.ReplicaTallies ?? [],
            Tallies = accounts.Tallies!,
            ReplicaUpdates = accounts.ReplicaUpdates,
            EvolvedUpdates = accounts.EvolvedUpdates,
            Evolutions = accounts.Evolutions ?? [],
            LearningRate = checkpoint.State?.LastLearningRate ?? 0,
            BestScore = checkpoint.State?.BestTestScore,
            Validation = checkpoint.State?.Validation,
            RateScale = checkpoint.State?.RateScale ?? 1,
            BestEpochLoss = checkpoint.State?.BestEpochLoss,
        };
    }

    private static JsonNode FromFirst(string text)
    {
        var accounts = JsonNode.Parse(text)!;
        accounts["version"] = Version;
        var tallies = (accounts["tallies"] as JsonObject)?.Select(entry => entry.Value) ?? [];
        foreach (var tally in tallies.Concat(accounts["replica_tallies"] as JsonArray ?? []).OfType<JsonObject>())
            (tally["score_sum"], tally["score_weight"]) = (tally["correct_count"]?.DeepClone(), tally["sample_count"]?.DeepClone());
        return accounts;
    }

    // JSON leaves out what is not there, whatever the declaration says, and knows nothing of ranges.
    private static string? WhatIsWrong(Accounts accounts, Checkpoint checkpoint, TrainingJob job)
    {
        var plan = job.Plan;
        if (accounts.Phase is not (RunPhase.PhaseOne or RunPhase.PhaseTwo or RunPhase.Finished)) return $"phase {accounts.Phase}";
        if (accounts.ModelVersion < 0 || accounts.ReplicaUpdates < 0 || accounts.EvolvedUpdates < 0) return "updates below 0";
        if (accounts.EvolvedEpochs < 0 || accounts.EvolvedEpochs > plan.Epochs) return $"evolution after {accounts.EvolvedEpochs} epochs";
        if (accounts.Round < 0 || accounts.Round > plan.Rounds) return $"round {accounts.Round} of {plan.Rounds}";
        if (WhatIsWrong(accounts.Ledger, job) is { } wrong) return wrong;
        if (WhatIsWrongWithRound(accounts, checkpoint.Replicas, job) is { } other) return other;
        if (accounts.Tallies is null) return "no sums of epochs";
        if (accounts.Tallies.Keys.Concat(accounts.Evolutions is { } evolutions ? evolutions.Keys : [])
            .Any(epoch => epoch < 0 || epoch >= plan.Epochs))
            return "sums of an epoch that there is not";
        return accounts.Tallies.Values.Concat(accounts.ReplicaTallies ?? []).Any(tally =>
            tally.Batches < 0 || tally.SampleCount < 0
            || (tally.SampleCount > 0 && !tally.HasPlausibleScore(job.ScoreKind)))
            ? "sums of batches below 0" : null;
    }

    private static string? WhatIsWrongWithRound(Accounts accounts, IReadOnlyList<Network?> replicas, TrainingJob job)
    {
        var (plan, shards) = (job.Plan, job.Run.Workers);
        if (accounts.RoundEpochsDone is not { } done) return "no round";
        if (done.Length != 0 && done.Length != shards) return $"a round of {done.Length} shards; expected {shards}";
        if (done.Length > replicas.Count || (replicas.Count != 0 && replicas.Count != shards))
            return $"{replicas.Count} replicas; expected {shards}";
        var end = accounts.Round < plan.Rounds ? plan.FirstEpoch(accounts.Round + 1) : plan.Epochs;
        for (var shard = 0; shard < done.Length; shard++)
        {
            if (done[shard] < 0 || done[shard] > end - plan.FirstEpoch(accounts.Round)) return $"{done[shard]} epochs of a round";
            if (done[shard] > 0 && replicas[shard] is null) return $"no replica of shard {shard}, which was trained";
        }
        var sums = accounts.ReplicaTallies?.Length ?? 0;
        return sums == 0 || sums == shards ? null : $"sums of {sums} replicas; expected {shards}";
    }

    private static string? WhatIsWrong(EpochLedgerState? ledger, TrainingJob job)
    {
        if (ledger is null) return "no ledger";
        var epochs = job.Plan.PhaseOneEpochs;
        if (ledger.Epoch < 0 || ledger.Epoch > epochs) return $"epoch {ledger.Epoch} of the {epochs} of phase one";
        if (ledger.LastTicket < 0) return $"ticket {ledger.LastTicket}";
        var batches = job.BatchesPerShard();
        foreach (var page in (bool[]?[]?[])[ledger.Done, ledger.DoneAhead])
        {
            if (page?.Length != batches.Length) return $"a ledger of {page?.Length ?? 0} shards; expected {batches.Length}";
            for (var shard = 0; shard < batches.Length; shard++)
                if (page[shard]?.Length != batches[shard])
                    return $"a ledger of {page[shard]?.Length ?? 0} batches of shard {shard}; expected {batches[shard]}";
        }
        return null;
    }

    private sealed record Accounts(
        int Version,
        RunPhase Phase,
        long ModelVersion,
        EpochLedgerState? Ledger,
        int EvolvedEpochs,
        int Round,
        int[]? RoundEpochsDone,
        Dictionary<int, TrainingTally>? Tallies,
        long ReplicaUpdates,
        long EvolvedUpdates,
        Dictionary<int, EvolutionSummary>? Evolutions,
        TrainingTally[]? ReplicaTallies);
}
