namespace ActorSparse.Model.Recovery;

/// <summary>
/// Recovers a network of one or more hidden layers, one after the other: each gets its share of the budget and is found as if it were the
/// only one, against the final targets; its neurons' values are then the inputs of the next. With several outputs the output weights of all
/// but the last are found and dropped.
/// </summary>
/// <param name="Layers">Hidden layers.</param>
/// <param name="Scalar">How, with one output; the budget is that of all layers.</param>
/// <param name="Vector">How, with several.</param>
/// <param name="HasBias">Whether the last feature of the samples is a constant, which then each layer has.</param>
internal sealed record GreedyRecovery(int Layers, IhtOptions Scalar, VectorIhtOptions Vector, bool HasBias)
{
    /// <summary>Recovers from samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="run">Runs an algorithm to its end: on samples as they are after the hidden layers found before, which it is given too.</param>
    /// <exception cref="InvalidInputException">The budget does not do for so many layers.</exception>
    /// <exception cref="TrainingDivergedException">No neuron was left with weights.</exception>
    public RecoveredNetwork Run(RecoveryData data, Action<RecoveryData, IReadOnlyList<SparseVector>, IhtSteps> run)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(run);
        if (Scalar.HasFixedGates) throw new InvalidInputException("fixed gates: have no network of rectifiers; expected gates of the weights");
        var hidden = new List<SparseVector>();
        var inputs = data;
        try
        {
            for (var layer = 0; layer < Layers; layer++)
            {
                SparseVector[] before = [.. hidden];
                var (found, output) = Find(inputs, (samples, steps) => run(samples, before, steps));
                if (found.Count == 0) throw new TrainingDivergedException($"no neuron of hidden layer {layer + 1} was left with weights; take more of them");
                hidden.Add(found);
                if (layer == Layers - 1) return new(hidden, output, HasBias);
                var next = Activations(inputs, found, HasBias);
                if (inputs != data) inputs.Dispose();
                inputs = next;
            }
        }
        finally
        {
            if (inputs != data) inputs.Dispose();
        }
        throw new InvalidInputException($"{Layers} hidden layers: expected at least 1");
    }

    private (SparseVector Hidden, SparseVector Output) Find(RecoveryData data, Action<RecoveryData, IhtSteps> run)
    {
        if (data.OutputCount == 1)
        {
            var scalar = new ScalarIht(Scalar with { Budget = Scalar.Budget / Layers }, data.Chunks, data.FeatureCount);
            run(data, scalar);
            return RecoveredNetwork.Unfuse(scalar.Weights, scalar.SignOf);
        }
        var vector = new VectorIht(Vector with { Budget = Vector.Budget / Layers }, data.Chunks, data.FeatureCount, data.OutputCount);
        run(data, vector);
        return RecoveredNetwork.Compact(vector.First, vector.Second);
    }

    /// <summary>
    /// The samples as the layer after <paramref name="layer"/> sees them: only neurons with weights have features, and last the constant, if
    /// there is one.
    /// </summary>
    /// <exception cref="ArgumentException">The layer has other inputs.</exception>
    public static unsafe RecoveryData Activations(RecoveryData data, SparseVector layer, bool hasBias)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(layer);
        if (layer.BlockLength != data.FeatureCount) throw new ArgumentException($"a layer of {layer.BlockLength} inputs for {data.FeatureCount} features");
        var count = layer.Neurons.Length;
        var next = new RecoveryData(data.SampleCount, count + (hasBias ? 1 : 0), data.OutputCount, data.Chunks.ChunkTiles);
        Parallel.For(0, data.Chunks.TileCount, tile =>
        {
            var values = stackalloc double[TileKernels.Lanes];
            var (samples, lanes) = (data.Chunks.SamplesOfTile(tile), data.LanesOf(tile));
            for (var block = 0; block < count; block++)
            {
                var start = layer.Starts[block];
                var target = new Span<float>(next.Tile(tile) + (long)block * TileKernels.Lanes, samples);
                fixed (int* places = layer.Places)
                fixed (double* weights = layer.Values)
                    TileKernels.Combine(data.Tile(tile), places + start, weights + start, layer.Starts[block + 1] - start, lanes, values);
                for (var lane = 0; lane < samples; lane++) target[lane] = (float)Math.Max(0, values[lane]);
            }
            if (hasBias) new Span<float>(next.Tile(tile) + (long)count * TileKernels.Lanes, samples).Fill(1);
            new ReadOnlySpan<double>(data.Targets(tile), data.OutputCount * TileKernels.Lanes)
                .CopyTo(new(next.Targets(tile), data.OutputCount * TileKernels.Lanes));
        });
        return next;
    }
}
