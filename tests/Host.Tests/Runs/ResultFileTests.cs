using System.Text.Json.Nodes;
using ActorSparse.Host.Comparisons;
using ActorSparse.Host.Recovery;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Runs;

public sealed class ResultFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_record_is_a_row_below_one_header_and_what_is_not_finite_is_empty()
    {
        using (var file = new ResultFile<RecoveryRow>(_folder.At("recovery.csv"), HostJson.ColumnsOf))
        {
            var row = new RecoveryRow { Method = "iht", Neurons = 3, Nonzeros = 4, Seed = 5, Budget = 6, Score = 0.25 };
            file.Add(row with { Psnr = double.PositiveInfinity, WeightError = double.NaN, IsExact = true });
            file.Add(row with { TestPsnr = 12.5, Seconds = double.NaN });
            Assert.Equal(2, file.Rows.Count);
        }
        Assert.Equal(
            [
                "method,neurons,nonzeros,seed,budget,weights,living_neurons,psnr,test_psnr,weight_error,is_exact,score,seconds",
                "iht,3,4,5,6,0,0,,,,true,0.25,0",
                "iht,3,4,5,6,0,0,,12.5,,,0.25,",
            ],
            File.ReadAllLines(_folder.At("recovery.csv")));
    }

    [Theory]
    [InlineData(EvaluationRole.Test, "test_loss,test_accuracy,peak_bytes", "evolution_draws")]
    [InlineData(EvaluationRole.Validation, "validation_loss,validation_accuracy,peak_bytes", "evolution_draws,test_accuracy")]
    public void A_comparison_with_losses_that_are_not_finite_is_written(EvaluationRole role, string scores, string end)
    {
        var row = new ComparisonRow
        {
            Rule = "set", Seed = 1, Epoch = 1, Connections = 10, Loss = double.NaN, TestLoss = double.PositiveInfinity, TestScore = 0.5,
            ChosenTestScore = double.NaN, EvaluatedOn = role, PeakBytes = 1, TrainSeconds = 1, EvolveSeconds = 1, Grown = 0, Operations = 1,
            EvolutionOperations = 1, EvolutionGradients = 1, EvolutionDraws = 1,
        };
        using (var file = new ResultFile<ComparisonRow>(_folder.At("comparison.csv"), ComparisonRow.Columns)) file.Add(row);
        var lines = File.ReadAllLines(_folder.At("comparison.csv"));
        Assert.Contains("," + scores, lines[0], StringComparison.Ordinal);
        Assert.EndsWith("," + end, lines[0], StringComparison.Ordinal);
        Assert.StartsWith(",set,1,1,10,,,0.5,1,", lines[1], StringComparison.Ordinal);
        Assert.Equal(lines[0].Split(',').Length, lines[1].Split(',').Length);
    }

    [Fact]
    public void Records_in_JSON_have_null_for_what_is_not_finite()
    {
        var summary = new ComparisonSummary
        {
            Rule = "set", Runs = 2, Connections = 10, Score = double.NaN, ScoreDeviation = double.NaN, BestScore = 0.5, NeedsDenseMemory = false,
            PeakBytes = 1, Seconds = double.PositiveInfinity, EvolveSeconds = 1, Operations = 1, EvolutionOperations = 1,
        };
        var read = JsonNode.Parse(HostJson.Line(new() { ["results"] = new JsonArray(HostJson.ColumnsOf(summary)) }))!["results"]![0]!;
        Assert.Equal((null, null, 0.5, null), (read["score"], read["score_deviation"], (double)read["best_score"]!, read["seconds"]));
    }
}
