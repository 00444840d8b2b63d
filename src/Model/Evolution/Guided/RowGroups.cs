using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// The output neurons of a layer in groups of neighbours, with an alias table of the groups and one of the rows of each. Drawing a group
/// and then one of its rows is drawing a row; it keeps what is drawn together close together.
/// </summary>
internal sealed class RowGroups
{
    private readonly AliasTable _groups;
    private readonly AliasTable?[] _tables;
    private readonly int _rowsOfGroup;
    private readonly int _rowCount;

    /// <summary>
    /// About <paramref name="groupCount"/> groups of rows with these <paramref name="weights"/>, which must not all be 0.
    /// </summary>
    internal RowGroups(ReadOnlySpan<double> weights, int groupCount)
    {
        _rowCount = weights.Length;
        _rowsOfGroup = (weights.Length + groupCount - 1) / groupCount;
        _tables = new AliasTable?[(weights.Length + _rowsOfGroup - 1) / _rowsOfGroup];
        var totals = new double[_tables.Length];
        for (var group = 0; group < totals.Length; group++)
        {
            var rows = weights.Slice(FirstRow(group), RowCount(group));
            foreach (var weight in rows) totals[group] += weight;
            if (totals[group] > 0) _tables[group] = new(rows);
        }
        _groups = new(totals);
    }

    /// <summary>Entries visited in building all tables.</summary>
    internal long Steps => _groups.Steps + _tables.Sum(table => table?.Steps ?? 0);

    /// <summary>Bytes held.</summary>
    internal long Bytes => _groups.Bytes + _tables.Sum(table => table?.Bytes ?? 0);

    /// <summary>Number of groups: at most 2^16, as 2^31 draws make 2^14.</summary>
    internal int Count => _tables.Length;

    /// <summary>The first row of a group.</summary>
    internal int FirstRow(int group) => group * _rowsOfGroup;

    /// <summary>Number of rows of a group.</summary>
    internal int RowCount(int group) => Math.Min(_rowsOfGroup, _rowCount - FirstRow(group));

    /// <summary>The table of a group's rows, counted from its first one; null if none of them has weight.</summary>
    internal AliasTable? Table(int group) => _tables[group];

    /// <summary>
    /// Draws a group for each item of <paramref name="groupOfDraw"/> and adds up in <paramref name="drawsOfGroup"/> how many fall to each.
    /// </summary>
    internal void Draw(Span<ushort> groupOfDraw, int[] drawsOfGroup, RandomStream random)
    {
        if (Count == 1)
        {
            groupOfDraw.Clear();
            drawsOfGroup[0] += groupOfDraw.Length;
            return;
        }
        Span<ulong> bits = stackalloc ulong[256];
        for (; groupOfDraw.Length > 0; groupOfDraw = groupOfDraw[Math.Min(bits.Length, groupOfDraw.Length)..])
        {
            var part = bits[..Math.Min(bits.Length, groupOfDraw.Length)];
            random.NextUInt64s(part);
            for (var draw = 0; draw < part.Length; draw++)
            {
                var group = _groups.Draw(part[draw]);
                groupOfDraw[draw] = (ushort)group;
                drawsOfGroup[group]++;
            }
        }
    }
}
