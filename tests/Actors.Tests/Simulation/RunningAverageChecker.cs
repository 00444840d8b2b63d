using ActorSparse.Model.Coordination;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>
/// Running averages of norms, in books of their own: without waiting for others every batch that counts moves each of them a tenth of the
/// way to what it showed, once.
/// </summary>
internal sealed class RunningAverageChecker
{
    private readonly TrainingRun _run;
    private readonly List<(int Block, float[] Values)> _books = [];
    private readonly int _firstRound;

    public RunningAverageChecker(TrainingRun run)
    {
        _run = run;
        _firstRound = run.Replicas.RoundsDone;
        var blocks = run.Server.Network.Parameters;
        for (var index = 0; index < blocks.Blocks.Count; index++)
            if (blocks.Layout.Blocks[index].IsRunningAverage) _books.Add((index, blocks.Blocks[index].Values.Span.ToArray()));
    }

    public void OnAccepting(GradientSet admitted)
    {
        foreach (var (block, values) in _books)
            for (var index = 0; index < values.Length; index++)
                values[index] += 0.1f * (admitted.Blocks[block][index] - values[index]);
    }

    /// <summary>After every step.</summary>
    public void Check()
    {
        var parameters = _run.Server.Network.Parameters;
        var isInBooks = _run.Batches is WasapTraining && _run.Phase == RunPhase.PhaseOne && _run.Replicas.RoundsDone == _firstRound;
        foreach (var (block, values) in _books)
        {
            var (name, actual) = (parameters.Layout.Blocks[block].Name, parameters.Blocks[block].Values);
            if (isInBooks) Assert.True(actual.Span.SequenceEqual(values), $"{name} does not follow the batches that counted");
            if (!name.EndsWith(".variance", StringComparison.Ordinal)) continue;
            foreach (var value in actual.Span) Assert.True(value >= 0, $"{name}: {value}");
        }
    }
}
