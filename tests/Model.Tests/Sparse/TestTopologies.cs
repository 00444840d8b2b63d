using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using CsCheck;

namespace ActorSparse.Model.Tests.Sparse;

/// <summary>Small topologies for tests.</summary>
internal static class TestTopologies
{
    // Few distinct values among others, so that ties are common.
    private static readonly Gen<float> s_weight = Gen.OneOf(Gen.OneOf(-1, -0.5f, -0f, 0, 0.5f, 1), Gen.Float[-3, 3]);

    /// <summary>Weights of a layer, row by row, null where it has no connection: an empty layer, a full one or in between.</summary>
    public static Gen<float?[][]> Weights(int neuronsMax) =>
        from outputs in Gen.Int[1, neuronsMax]
        from inputs in Gen.Int[1, neuronsMax]
        from quartersAbsent in Gen.Int[0, 4]
        from weights in s_weight.Nullable(quartersAbsent / 4.0).Array[inputs].Array[outputs]
        select weights;

    /// <summary>The layer of such weights, with velocities that tell its connections apart.</summary>
    public static SparseBlock Layer(float?[][] weights)
    {
        using var topology = FromRows(weights[0].Length,
            [.. weights.Select(row => Enumerable.Range(0, row.Length).Where(column => row[column] is not null).ToArray())]);
        var layer = new SparseBlock(topology);
        float[] values = [.. weights.SelectMany(row => row.OfType<float>())];
        values.CopyTo(layer.Values.Span);
        layer.EnsureSecondMoments();
        for (var position = 0; position < values.Length; position++)
            layer.Velocities[position] = layer.SecondMoments![position] = position + 1;
        return layer;
    }

    /// <summary>A topology whose row j has the columns <paramref name="rows"/>[j].</summary>
    public static Topology FromRows(int inputCount, params int[][] rows)
    {
        var rowStarts = new NativeBuffer<int>(rows.Length + 1);
        var columns = new NativeBuffer<int>(rows.Sum(row => row.Length));
        var count = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            foreach (var column in rows[row]) columns[count++] = column;
            rowStarts[row + 1] = count;
        }
        return new Topology(inputCount, rows.Length, rowStarts, columns);
    }

    /// <summary>Every connection as row * n_in + column, ascending.</summary>
    public static List<long> Positions(Topology topology)
    {
        var positions = new List<long>();
        for (var row = 0; row < topology.OutputCount; row++)
            foreach (var column in topology.Row(row)) positions.Add((long)row * topology.InputCount + column);
        return positions;
    }
}
