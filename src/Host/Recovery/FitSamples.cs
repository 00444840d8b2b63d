using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Host.Recovery;

/// <summary>Samples of a data set.</summary>
internal sealed class FitSamples : IRecoverySamples
{
    private const int DefaultBatch = 1024;

    private readonly ulong _seed;

    /// <summary>As the options say.</summary>
    /// <exception cref="InvalidInputException">They cannot be read, or an option does nothing for them.</exception>
    public FitSamples(RecoveryPlan plan, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Find("train") is null && settings.Text("dataset") == "files")
            throw new InvalidInputException("recover fit: expected --train FILE or --dataset NAME");
        HasBias = !settings.Flag("no-bias");
        _seed = (ulong)settings.WholeLong("seed");
        Data = DataSource.Load(TrainingSetup.Data(settings));
        try
        {
            if (Data.Train.Targets is LabelSets) throw new InvalidInputException("--loss binary-cross-entropy: recover fit is for classes and real targets");
            var isVector = RecoveryData.OutputsOf(Data.Train.Targets) > 1;
            if (!isVector && settings.IsOnCommandLine("batch-size"))
                throw new InvalidInputException("--batch-size: of several outputs; one output takes all samples in each step");
            if (!isVector && settings.IsOnCommandLine("step-size"))
                throw new InvalidInputException("--step-size: of several outputs; one output measures its steps");
            if (isVector && settings.IsOnCommandLine("inner-steps"))
                throw new InvalidInputException("--inner-steps: of one output; several have none");
            var batch = settings.FindWhole("batch-size") ?? DefaultBatch;
            IsBatched = isVector && batch < Data.Train.SampleCount;
            // A batch is made of whole tiles.
            Plan = IsBatched ? plan with { ChunksPerBatch = Math.Max(1, batch / TileKernels.Lanes) } : plan;
        }
        catch
        {
            Data.Dispose();
            throw;
        }
    }

    /// <summary>The data set.</summary>
    public DataPair Data { get; }

    /// <summary>The plan, with batches if there are any.</summary>
    public RecoveryPlan Plan { get; }

    /// <inheritdoc/>
    public bool HasBias { get; }

    /// <inheritdoc/>
    public string Name => Data.Train.Name;

    /// <inheritdoc/>
    public string ContentHash => Data.Train.ContentHash;

    private bool IsBatched { get; }

    /// <inheritdoc/>
    public RecoveryData Make(SampleSource source) => Make();

    /// <summary>The training samples.</summary>
    public RecoveryData Make() => RecoveryData.Of(Data.Train, HasBias, IsBatched ? Order() : null, IsBatched ? 1 : 0);

    /// <inheritdoc/>
    public RecoveryJob Job(ulong runId) => Plan.Job(runId, Data.Train.FeatureCount + (HasBias ? 1 : 0), RecoveryData.OutputsOf(Data.Train.Targets));

    /// <inheritdoc/>
    public void Dispose() => Data.Dispose();

    private int[] Order()
    {
        var order = Enumerable.Range(0, Data.Train.SampleCount).ToArray();
        new RandomSource(_seed).Stream("recovery-order").Shuffle(order.AsSpan());
        return order;
    }
}
