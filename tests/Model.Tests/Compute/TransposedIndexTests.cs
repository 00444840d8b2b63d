using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Compute;

public sealed unsafe class TransposedIndexTests
{
    [Fact]
    public void Transposed_twice_every_connection_is_where_it_was() => TestTopologies.Weights(20).ForAll(200, weights =>
    {
        using var layer = TestTopologies.Layer(weights);
        var topology = layer.Topology;
        using var once = new TransposedIndex(topology);
        using var transposed = TestTopologies.FromRows(topology.OutputCount, [.. Enumerable.Range(0, topology.InputCount).Select(
            column => new ReadOnlySpan<int>(once.Rows, topology.ConnectionCount)[once.ColumnStarts[column]..once.ColumnStarts[column + 1]]
                .ToArray())]);
        using var twice = new TransposedIndex(transposed);
        for (var row = 0; row <= topology.OutputCount; row++) Assert.Equal(topology.RowStart(row), twice.ColumnStarts[row]);
        for (var position = 0; position < topology.ConnectionCount; position++)
        {
            Assert.Equal(topology.Columns[position], twice.Rows[position]);
            Assert.Equal(transposed.Columns[position], once.Rows[position]);
            Assert.Equal(position, once.Positions[twice.Positions[position]]);
            Assert.Equal(once.Positions[position], topology.Find(once.Rows[position], topology.Columns[once.Positions[position]]));
        }
    });
}
