using System.Text.Json;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Coordination;

/// <summary>A run's state as a checkpoint and back: networks as the model library writes them, the accounts as JSON beside them.</summary>
public static class RunCheckpoint
{
    private const int Version = 1;

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
    /// <exception cref="InvalidInputException">It is not a checkpoint of such a run, or its accounts are damaged.</exception>
    public static RunState Read(Checkpoint checkpoint, string source)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Coordination is not { } text)
            throw new InvalidInputException(
                $"{source}: holds no accounts of a run with workers; expected a checkpoint of mode wasap or wssp");
        Accounts accounts;
        try
        {
            accounts = JsonSerializer.Deserialize<Accounts>(text, s_json) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"{source}: the accounts of the run cannot be read: {error.Message}", error);
        }
        if (accounts.Version != Version)
            throw new InvalidInputException($"{source}: the accounts of the run have version {accounts.Version}; expected {Version}");
        return new()
        {
            Phase = accounts.Phase,
            Network = checkpoint.Network,
            ModelVersion = accounts.ModelVersion,
            Ledger = accounts.Ledger,
            EvolvedEpochs = accounts.EvolvedEpochs,
            Round = accounts.Round,
            RoundEpochsDone = accounts.RoundEpochsDone,
            Replicas = checkpoint.Replicas,
            ReplicaTallies = accounts.ReplicaTallies ?? [],
            Tallies = accounts.Tallies,
            ReplicaUpdates = accounts.ReplicaUpdates,
            EvolvedUpdates = accounts.EvolvedUpdates,
            Evolutions = accounts.Evolutions ?? [],
            LearningRate = checkpoint.State?.LastLearningRate ?? 0,
            BestAccuracy = checkpoint.State?.BestTestAccuracy,
            RateScale = checkpoint.State?.RateScale ?? 1,
            BestEpochLoss = checkpoint.State?.BestEpochLoss,
        };
    }

    private sealed record Accounts(
        int Version,
        RunPhase Phase,
        long ModelVersion,
        EpochLedgerState Ledger,
        int EvolvedEpochs,
        int Round,
        int[] RoundEpochsDone,
        Dictionary<int, TrainingTally> Tallies,
        long ReplicaUpdates,
        long EvolvedUpdates,
        Dictionary<int, EvolutionSummary>? Evolutions,
        TrainingTally[]? ReplicaTallies);
}
