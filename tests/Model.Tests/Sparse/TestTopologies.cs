using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Tests.Sparse;

/// <summary>Small topologies for tests.</summary>
internal static class TestTopologies
{
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
