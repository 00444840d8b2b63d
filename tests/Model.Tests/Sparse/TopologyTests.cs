using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Sparse;

public class TopologyTests
{
    // A billion would be read as a place in the columns.
    [Theory]
    [InlineData(new[] { 0, 1_000_000_000, 5 }, "descend at row 1")]
    [InlineData(new[] { 0, int.MaxValue, 5 }, "descend at row 1")]
    [InlineData(new[] { 0, -1, 5 }, "descend at row 0")]
    [InlineData(new[] { 0, int.MinValue, 5 }, "descend at row 0")]
    [InlineData(new[] { 1, 2, 5 }, "begin with 0")]
    [InlineData(new[] { 0, 2, 4 }, "begin with 0")]
    [InlineData(new[] { 0, 5 }, "needs 3 row starts")]
    public void Row_starts_that_lead_outside_the_columns_are_refused_before_any_is_read(int[] rowStarts, string expected)
    {
        using var starts = Buffer(rowStarts);
        using var columns = Buffer(0, 1, 0, 1, 2);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Topology.Restore(3, 2, starts, columns, 1)).Message);
    }

    [Fact]
    public void Index_arrays_are_taken_if_and_only_if_they_are_compressed_rows() =>
        (from inputs in Gen.Int[1, 4]
         from starts in Gen.OneOf(Gen.Int[0, 6], Gen.Int).Array[2, 5]
         from columns in Gen.OneOf(Gen.Int[0, 3], Gen.Int).Array[0, 6]
         from repair in Gen.Bool
         select (inputs, starts, columns, repair)).ForAll(2000, (inputs, starts, columns, repair) =>
        {
            // Random ones are hardly ever good: half of them are sorted into what may be.
            if (repair)
            {
                starts = [.. starts.Select(start => (int)((uint)start % (uint)(columns.Length + 1))).Order()];
                (starts[0], starts[^1]) = (0, columns.Length);
            }
            var isGood = starts[0] == 0 && starts[^1] == columns.Length && starts.SequenceEqual(starts.Order())
                && Enumerable.Range(0, starts.Length - 1).All(row => columns[starts[row]..starts[row + 1]] is var inRow
                    && inRow.All(column => column >= 0 && column < inputs) && inRow.Distinct().Order().SequenceEqual(inRow));
            using NativeBuffer<int> rowStarts = Buffer(starts), indices = Buffer(columns);
            if (isGood) Topology.Restore(inputs, starts.Length - 1, rowStarts, indices, 1).Dispose();
            else Assert.Throws<ArgumentException>(() => Topology.Restore(inputs, starts.Length - 1, rowStarts, indices, 1));
        });

    [Fact]
    public void An_identity_alone_does_not_make_two_topologies_the_same()
    {
        using var one = Restore(3, [0, 2, 3], [0, 1, 2]);
        using var same = Restore(3, [0, 2, 3], [0, 1, 2]);
        using var fewer = Restore(3, [0, 2, 2], [0, 1]);
        using var wider = Restore(4, [0, 2, 3], [0, 1, 2]);
        using var elsewhere = Restore(3, [0, 1, 3], [0, 1, 2]);
        Assert.True(one.IsSame(same) && one.HasConnectionsOf(same));
        Assert.False(one.IsSame(fewer) || one.IsSame(wider));
        Assert.False(one.HasConnectionsOf(fewer) || one.HasConnectionsOf(wider) || one.HasConnectionsOf(elsewhere));

        // Values of the one do not fit the other, and are not copied as if they did.
        using SparseBlock layer = new(one), other = new(fewer);
        layer.CopyFrom(other);
        Assert.Equal(2, layer.Values.Length);
    }

    private static Topology Restore(int inputs, int[] rowStarts, int[] columns) =>
        Topology.Restore(inputs, rowStarts.Length - 1, Buffer(rowStarts), Buffer(columns), 1);

    private static NativeBuffer<int> Buffer(params int[] values)
    {
        var buffer = new NativeBuffer<int>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
