using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// The positions of a layer that hold no connection and join living neurons, numbered row by row: a number stands for a position without
/// any list of the empty ones. A position is written as row * n_in + column.
/// </summary>
internal sealed class EmptyPositions
{
    private readonly Topology _topology;
    private readonly LivingNeurons? _livingOutputs;
    private readonly int[]? _livingColumns;
    private readonly int[]? _livingIndexOfColumn;
    private readonly int _livingColumnCount;

    public EmptyPositions(BlockSnapshot layer)
    {
        _topology = layer.Topology;
        _livingOutputs = layer.LivingOutputs;
        _livingColumnCount = layer.LivingInputs?.LivingCount ?? _topology.InputCount;
        if (layer.LivingInputs is { } inputs)
        {
            _livingColumns = new int[_livingColumnCount];
            _livingIndexOfColumn = new int[_topology.InputCount];
            var living = 0;
            for (var column = 0; column < _topology.InputCount; column++)
            {
                _livingIndexOfColumn[column] = living;
                if (inputs.IsAlive(column)) _livingColumns[living++] = column;
            }
        }
        var livingRows = (long)(_livingOutputs?.LivingCount ?? _topology.OutputCount);
        Count = livingRows * _livingColumnCount - _topology.ConnectionCount;
    }

    /// <summary>How many there are.</summary>
    public long Count { get; }

    /// <summary>Replaces ascending numbers of empty positions, in place, by the positions.</summary>
    public void Locate(Span<long> numbers)
    {
        long numbersBefore = 0;
        var next = 0;
        for (var row = 0; next < numbers.Length; row++)
        {
            if (_livingOutputs is not null && !_livingOutputs.IsAlive(row)) continue;
            var columns = _topology.Row(row);
            var emptyInRow = _livingColumnCount - columns.Length;
            var passed = 0;
            for (; next < numbers.Length && numbers[next] - numbersBefore < emptyInRow; next++)
            {
                var emptyIndex = (int)(numbers[next] - numbersBefore);
                while (passed < columns.Length && LivingIndex(columns[passed]) - passed <= emptyIndex) passed++;
                var livingIndex = emptyIndex + passed;
                numbers[next] = (long)row * _topology.InputCount + (_livingColumns?[livingIndex] ?? livingIndex);
            }
            numbersBefore += emptyInRow;
        }
    }

    private int LivingIndex(int column) => _livingIndexOfColumn?[column] ?? column;
}
