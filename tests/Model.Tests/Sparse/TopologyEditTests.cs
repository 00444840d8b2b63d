using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Tests.Sparse;

public class TopologyEditTests
{
    // [ x . x ]      removes (0,0), grows (0,1) and (2,2), and regrows (1,1)
    // [ . x . ]
    // [ . . . ]
    [Fact]
    public void Survivors_grown_and_regrown_connections_come_from_where_they_should()
    {
        using var from = TestTopologies.FromRows(3, [0, 2], [1], []);
        using var removed = Bytes(1, 0, 1);
        using var change = TopologyEdit.Build(from, removed, [1, 4, 8], [0.1f, 0.2f, 0.3f]);

        Assert.Equal([1, 2], change.To.Row(0).ToArray());
        Assert.Equal([1], change.To.Row(1).ToArray());
        Assert.Equal([2], change.To.Row(2).ToArray());
        Assert.Equal((2, 3), (change.PrunedCount, change.GrownCount));

        using var layer = new SparseBlock(from);
        for (var position = 0; position < 3; position++)
            (layer.Values[position], layer.Velocities[position]) = (position + 1, position + 10);
        layer.Apply(change);
        Assert.Equal([0.1f, 2f, 0.2f, 0.3f], layer.Values.Span.ToArray());
        Assert.Equal([0f, 11f, 0f, 0f], layer.Velocities.Span.ToArray());
    }

    [Fact]
    public void A_connection_regrown_in_place_makes_a_new_topology()
    {
        using var from = TestTopologies.FromRows(2, [0, 1]);
        using var removed = Bytes(0, 1);
        using var change = TopologyEdit.Build(from, removed, [1], [5f]);
        Assert.Equal([0, 1], change.To.Row(0).ToArray());
        Assert.NotEqual(from.Id, change.To.Id);
    }

    [Theory]
    [InlineData(0L, 1L)]
    [InlineData(3L, 2L)]
    [InlineData(4L, 4L)]
    [InlineData(5L, 9L)]
    public void Growing_on_a_connection_out_of_order_or_outside_is_refused(long first, long second)
    {
        using var from = TestTopologies.FromRows(3, [0], [1], [0]);
        using var removed = Bytes(0, 0, 0);
        Assert.Throws<ArgumentException>(() => TopologyEdit.Build(from, removed, [first, second], [0f, 0f]));
    }

    private static NativeBuffer<byte> Bytes(params byte[] values)
    {
        var buffer = new NativeBuffer<byte>(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
