using ActorSparse.Model.Data;
using ActorSparse.Tests.Support;
using CsCheck;
using Parquet;
using Parquet.Schema;

namespace ActorSparse.Model.Tests.Data;

/// <summary>Tables in Parquet files.</summary>
public sealed class ParquetTests : ReaderTest
{
    private const int Trials = 300;

    [Fact]
    public void A_table_has_the_values_of_its_columns()
    {
        var path = Write(2,
            ("0", new float[] { 1.5f, 0.1f, -3e-20f }), ("n", new long?[] { 7, null, 9 }), ("flag", new bool[] { true, false, true }),
            ("text", new string?[] { "a", "b, \"c\"", null }), ("label", new int[] { 3, 4, 3 }));
        using var data = Load(path, s_plain with { Missing = MissingValueMode.Mean });
        Assert.Equal([[1.5f, 7, 1, 1, 0], [0.1f, 8, 0, 0, 1], [-3e-20f, 9, 1, 0, 0]], Samples(data.Train));
        Assert.Equal(["3", "4"], data.Train.ClassNames);
        Assert.Equal([0, 1, 0], data.Train.Labels);
        Assert.Equal(["0", "n", "flag", "text"], DataSchema.Of(data.Train).Table!.Columns.Select(column => column.Name));
        Assert.Equal(["a", "b, \"c\""], DataSchema.Of(data.Train).Table!.Columns[3].Levels);
    }

    [Fact]
    public void Dates_are_texts()
    {
        var path = Write(9,
            ("x", new float[] { 1, 2 }), ("when", new DateTime[] { new(2026, 1, 1), new(2026, 1, 2, 3, 4, 5) }), ("class", new int[] { 0, 1 }));
        using var data = Load(path, s_plain with { CategoryColumns = ["when"] });
        Assert.Equal(["2026-01-01T00:00:00", "2026-01-02T03:04:05"], DataSchema.Of(data.Train).Table!.Columns[1].Levels);
        using var without = Load(path, s_plain with { IgnoredColumns = ["when"] });
        Assert.Equal([[1], [2]], Samples(without.Train));
    }

    [Fact]
    public void Columns_are_found_by_their_names()
    {
        using var data = Load(Write(9, ("x", new int[] { 1, 2 }), ("y", new int[] { 3, 4 }), ("class", new string[] { "a", "b" })), s_plain);
        var schema = DataSchema.Of(data.Train);
        var turned = Write(1, ("y", new double[] { 30 }), ("x", new double[] { 10 }));
        using var later = DataSource.LoadTest(s_plain with { Test = turned, Label = LabelColumn.None }, schema);
        Assert.Equal([10, 30], Sample(later, 0));
    }

    [Fact]
    public void What_is_no_table_is_refused()
    {
        var label = ("class", new int[] { 0, 1 });
        Refused("column 'x' of the Parquet file has lists or structures; expected numbers, texts or dates",
            Write(9, ("x", new Guid[] { default, default }), label));
        Refused("cannot be read as a Parquet file (the text 'a\\nb' has a line break)", Write(9, ("x", new string[] { "a\nb", "c" }), label));
        Refused("table.parquet, line 3: ", Write(9, ("x", new float?[] { 1, null }), label));
        Refused("is a Parquet file; expected no --encoding, which is for text",
            Write(9, ("x", new float[] { 1, 2 }), label), s_plain with { Encoding = System.Text.Encoding.Latin1 });
    }

    [Fact]
    public void A_mutated_file_is_read_or_refused()
    {
        var valid = File.ReadAllBytes(Write(3,
            ("x", new double[] { 1, 2, 3, 4 }), ("n", new int?[] { 1, null, 3, 4 }), ("class", new string[] { "a", "b", "a", "b" })));
        var refused = 0;
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Bool).ForAll(Trials, (place, value, isCut) =>
        {
            var bytes = isCut ? valid[..place] : [.. valid[..place], value, .. valid[(place + 1)..]];
            try
            {
                using var data = Load(Folder.Write("bad.parquet", bytes), s_plain with { Missing = MissingValueMode.Mean });
            }
            catch (InvalidInputException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
                refused++;
            }
        });
        Assert.InRange(refused, Trials / 3, Trials - 1);
    }

    private static readonly DataOptions s_plain = new() { Standardize = StandardizationMode.None };

    private static DataPair Load(string path, DataOptions options) => DataSource.Load(options with { Train = path, Test = path });

    private static void Refused(string message, string path, DataOptions? options = null) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Load(path, options ?? s_plain)).Message, StringComparison.Ordinal);

    // So many rows in a group.
    private string Write(int rows, params (string Name, Array Values)[] columns)
    {
        var path = Path.Combine(Folder.Root, "table.parquet");
        using var file = File.Create(path);
        var fields = Array.ConvertAll(columns, column => new DataField(column.Name, column.Values.GetType().GetElementType()!));
        var writer = ParquetWriter.CreateAsync(new ParquetSchema(fields), file).GetAwaiter().GetResult();
        var count = columns[0].Values.Length;
        for (var first = 0; first < count; first += rows)
        {
            using var group = writer.CreateRowGroup();
            var size = Math.Min(rows, count - first);
            foreach (var (field, (_, values)) in fields.Zip(columns)) Write(group, field, values, first, size);
            group.CompleteValidate();
        }
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return path;
    }

    private static void Write(ParquetRowGroupWriter group, DataField field, Array values, int first, int size)
    {
        switch (values)
        {
            case string?[] texts: group.WriteAsync(field, texts[first..(first + size)]!).GetAwaiter().GetResult(); break;
            case float[] all: WriteAll(all); break;
            case double[] all: WriteAll(all); break;
            case int[] all: WriteAll(all); break;
            case bool[] all: WriteAll(all); break;
            case DateTime[] all: WriteAll(all); break;
            case Guid[] all: WriteAll(all); break;
            case long?[] all: WriteNullable(all); break;
            case int?[] all: WriteNullable(all); break;
            case float?[] all: WriteNullable(all); break;
            default: throw new ArgumentException($"{values}");
        }
        void WriteAll<T>(T[] all) where T : struct =>
            group.WriteAsync<T>(field, new ReadOnlyMemory<T>(all, first, size)).GetAwaiter().GetResult();
        void WriteNullable<T>(T?[] all) where T : struct =>
            group.WriteAsync<T>(field, new ReadOnlyMemory<T?>(all, first, size)).GetAwaiter().GetResult();
    }
}
