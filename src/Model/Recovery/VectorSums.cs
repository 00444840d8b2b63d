namespace ActorSparse.Model.Recovery;

/// <summary>
/// What is summed over samples for networks with several outputs, relu(X W1^T) W2 with both layers sparse: residual, gradients by the
/// weights of some neurons, and how outputs change along a direction. The loss is half the squared error or cross-entropy, summed.
/// </summary>
internal sealed unsafe class VectorSums(RecoveryData data)
{
    /// <summary>Adds what a tile has.</summary>
    public void Add(SumRequest request, int tile, TileScratch scratch, double* sums)
    {
        scratch.ClearOutputs();
        Predict(request, tile, scratch);
        if (request.Kind == SumKind.VectorCurvature)
        {
            sums[0] += Curvature(request, tile, scratch);
            return;
        }
        sums[0] += request.IsCrossEntropy ? SubtractFromSoftmax(tile, scratch) : SubtractTargets(tile, scratch);
        AddBlocks(request, tile, scratch, sums + 1);
    }

    // Outputs, and with a direction their changes. A gate is the weights' own, so that one without weights has no part in either.
    private void Predict(SumRequest request, int tile, TileScratch scratch)
    {
        var (first, second, lanes) = (request.Point, request.OutputPoint!, data.LanesOf(tile));
        var direction = request.Kind == SumKind.VectorCurvature;
        for (var block = 0; block < first.Neurons.Length; block++)
        {
            var neuron = first.Neurons[block];
            Combine(first, block, tile, scratch.Row);
            TileKernels.Open(scratch.Row, lanes, scratch.Gates);
            AddOutputs(second, neuron, scratch.Row, scratch, lanes, scratch.Outputs);
            if (!direction) continue;
            AddOutputs(request.OutputBlocks!, neuron, scratch.Row, scratch, lanes, scratch.Changes);
            if (request.Blocks!.FindNeuron(neuron) is not (>= 0 and var change)) continue;
            Combine(request.Blocks, change, tile, scratch.Other);
            AddOutputs(second, neuron, scratch.Other, scratch, lanes, scratch.Changes);
        }
    }

    private void Combine(SparseVector weights, int block, int tile, double* target)
    {
        var start = weights.Starts[block];
        fixed (int* places = weights.Places)
        fixed (double* values = weights.Values)
            TileKernels.Combine(data.Tile(tile), places + start, values + start, weights.Starts[block + 1] - start, data.LanesOf(tile), target);
    }

    // target += the gated row times each output weight of the neuron.
    private static void AddOutputs(SparseVector weights, int neuron, double* row, TileScratch scratch, int lanes, double* target)
    {
        if (weights.FindNeuron(neuron) is not (>= 0 and var block)) return;
        for (var entry = weights.Starts[block]; entry < weights.Starts[block + 1]; entry++)
            TileKernels.AddGated(row, scratch.Gates, weights.Values[entry], lanes, target + weights.Places[entry] * TileKernels.Lanes);
    }

    // Outputs become residuals; returns the loss.
    private double SubtractTargets(int tile, TileScratch scratch)
    {
        double loss = 0;
        for (var output = 0; output < data.OutputCount; output++)
        {
            var row = scratch.Outputs + output * TileKernels.Lanes;
            TileKernels.AddScaled(data.Targets(tile) + output * TileKernels.Lanes, -1, data.LanesOf(tile), row);
            loss += TileKernels.Dot(row, row, data.LanesOf(tile)) / 2;
        }
        return loss;
    }

    private double SubtractFromSoftmax(int tile, TileScratch scratch)
    {
        double loss = 0;
        var targets = data.Targets(tile);
        for (var lane = 0; lane < TileKernels.Lanes; lane++)
        {
            if (lane >= data.Chunks.SamplesOfTile(tile))
            {
                for (var output = 0; output < data.OutputCount; output++) scratch.Outputs[output * TileKernels.Lanes + lane] = 0;
                continue;
            }
            var (largest, sum) = Softmax(scratch.Outputs + lane, out var own, targets + lane);
            loss += Math.Log(sum) + largest - own;
            for (var output = 0; output < data.OutputCount; output++)
                scratch.Outputs[output * TileKernels.Lanes + lane] -= targets[output * TileKernels.Lanes + lane];
        }
        return loss;
    }

    // Of one sample; outputs become probabilities. "own" is the output of its class.
    private (double Largest, double Sum) Softmax(double* outputs, out double own, double* targets)
    {
        double largest = double.NegativeInfinity, sum = 0;
        own = 0;
        for (var output = 0; output < data.OutputCount; output++)
        {
            largest = Math.Max(largest, outputs[output * TileKernels.Lanes]);
            own += outputs[output * TileKernels.Lanes] * targets[output * TileKernels.Lanes];
        }
        for (var output = 0; output < data.OutputCount; output++)
            sum += outputs[output * TileKernels.Lanes] = Math.Exp(outputs[output * TileKernels.Lanes] - largest);
        for (var output = 0; output < data.OutputCount; output++) outputs[output * TileKernels.Lanes] /= sum;
        return (largest, sum);
    }

    // The second derivative of the loss along the direction, with outputs taken for linear in the weights (Gauss and Newton).
    private double Curvature(SumRequest request, int tile, TileScratch scratch)
    {
        double sum = 0;
        if (!request.IsCrossEntropy)
        {
            for (var output = 0; output < data.OutputCount; output++)
            {
                var row = scratch.Changes + output * TileKernels.Lanes;
                sum += TileKernels.Dot(row, row, data.LanesOf(tile));
            }
            return sum;
        }
        for (var lane = 0; lane < data.Chunks.SamplesOfTile(tile); lane++)
        {
            Softmax(scratch.Outputs + lane, out _, data.Targets(tile) + lane);
            double mean = 0, square = 0;
            for (var output = 0; output < data.OutputCount; output++)
            {
                var (share, change) = (scratch.Outputs[output * TileKernels.Lanes + lane], scratch.Changes[output * TileKernels.Lanes + lane]);
                mean += share * change;
                square += share * change * change;
            }
            sum += square - mean * mean;
        }
        return sum;
    }

    private void AddBlocks(SumRequest request, int tile, TileScratch scratch, double* sums)
    {
        var (weights, outputWeights) = (request.Blocks ?? request.Point, request.OutputBlocks ?? request.OutputPoint!);
        var (features, outputs, lanes) = (data.FeatureCount, data.OutputCount, data.LanesOf(tile));
        var outputSums = sums + (long)request.Neurons.Length * features;
        for (var first = 0; first < request.Neurons.Length; first += TileScratch.GroupNeurons)
        {
            var count = Math.Min(TileScratch.GroupNeurons, request.Neurons.Length - first);
            for (var member = 0; member < count; member++)
            {
                var neuron = request.Neurons[first + member];
                var target = scratch.Group + member * TileKernels.Lanes;
                new Span<double>(target, TileKernels.Lanes).Clear();
                if (weights.FindNeuron(neuron) is not (>= 0 and var block)) continue;
                Combine(weights, block, tile, scratch.Row);
                TileKernels.Open(scratch.Row, lanes, scratch.Gates);
                TileKernels.Gate(scratch.Row, scratch.Gates, lanes, scratch.Row);
                for (var output = 0; output < outputs; output++)
                    outputSums[(long)(first + member) * outputs + output] +=
                        TileKernels.Dot(scratch.Outputs + output * TileKernels.Lanes, scratch.Row, lanes);
                if (outputWeights.FindNeuron(neuron) is not (>= 0 and var second)) continue;
                for (var entry = outputWeights.Starts[second]; entry < outputWeights.Starts[second + 1]; entry++)
                    TileKernels.AddGated(scratch.Outputs + outputWeights.Places[entry] * TileKernels.Lanes, scratch.Gates,
                        outputWeights.Values[entry], lanes, target);
            }
            TileKernels.Correlate(data.Tile(tile), features, scratch.Group, count, lanes, sums + (long)first * features);
        }
    }
}
