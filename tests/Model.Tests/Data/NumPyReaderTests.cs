using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

public sealed class NumPyReaderTests : ReaderTest
{
    private static readonly DataOptions s_plain = new() { Standardize = StandardizationMode.None, HoldOut = 0.5 };

    [Fact]
    public void A_file_with_both_sets_is_both()
    {
        var path = Npz("both.npz",
            ("x_train", Npy("<f4", [3, 2], Floats(1, 2, 3, 4, 5.5f, -6))), ("y_train", Npy("<i8", [3], Longs(7, -1, 7))),
            ("x_test", Npy("<f4", [1, 2], Floats(8, 9))), ("y_test", Npy("<i8", [1], Longs(-1))));
        using var data = DataSource.Load(s_plain with { Train = path });
        Assert.Equal([[1, 2], [3, 4], [5.5f, -6]], Samples(data.Train));
        Assert.Equal([1, 0, 1], data.Train.Labels);
        Assert.Equal(["-1", "7"], data.Train.ClassNames);
        Assert.Equal([[8, 9]], Samples(data.Test));
        using var later = DataSource.LoadTest(new() { Test = path, Label = LabelColumn.None }, DataSchema.Of(data.Train));
        Assert.Equal([[8, 9]], Samples(later));
        Assert.False(later.IsLabelled);
    }

    [Theory]
    [InlineData("|u1", "05 FF", 5, 255)]
    [InlineData("|b1", "00 01", 0, 1)]
    [InlineData("|i1", "05 FF", 5, -1)]
    [InlineData("<i2", "0001 FFFF", 256, -1)]
    [InlineData("<u2", "0001 FFFF", 256, 65535)]
    [InlineData("<i4", "00000100 FFFFFFFF", 65536, -1)]
    [InlineData("<u4", "00000100 FFFFFFFF", 65536, 4294967295)]
    [InlineData("<i8", "0000000001000000 FFFFFFFFFFFFFFFF", 4294967296, -1)]
    [InlineData("<u8", "0000000001000000 0100000000000000", 4294967296, 1)]
    [InlineData("<f8", "000000000000F83F 00000000000000C0", 1.5f, -2)]
    public void Numbers_of_all_types_are_read(string type, string bytes, float first, float second)
    {
        var x = Folder.Write("x.npy", Npy(type, [2], Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal))));
        var y = Folder.Write("y.npy", Npy("<U3", [2], Encoding.UTF32.GetBytes("cat" + "ox\0")));
        using var data = DataSource.Load(s_plain with { Train = x, TrainLabels = y, Test = x, TestLabels = y });
        Assert.Equal([[first], [second]], Samples(data.Train));
        Assert.Equal(["cat", "ox"], data.Train.ClassNames);
        Assert.Equal([0, 1], data.Train.Labels);
    }

    [Theory]
    [InlineData("2,2,3,3", 2, 3, 3, false)]
    [InlineData("2,2,2,4", 2, 4, 2, false)]
    [InlineData("2,3,4", 3, 4, 1, false)]
    [InlineData("2,2,3,1", 2, 3, 1, true)]
    public void Arrays_of_images_have_planes(string sides, int height, int width, int channels, bool isGrey)
    {
        var shape = sides.Split(',').Select(int.Parse).ToArray();
        var length = shape.Skip(1).Aggregate(1, (product, side) => product * side);
        byte[] pixels = [.. Enumerable.Range(0, 2 * length).Select(index => (byte)index)];
        var path = Npz("images.npz", ("X", Npy("|u1", shape, pixels)), ("y", Npy("|u1", [2], [0, 1])));
        using var data = DataSource.Load(s_plain with { Train = path, Test = path });
        if (shape is [_, _, _, 3]) (height, width, channels) = (shape[1], shape[2], 3);
        Assert.Equal(new ImageShape(height, width, channels), data.Train.ImageShape);
        var sample = Sample(data.Train, 1);
        for (var index = 0; index < length; index++)
        {
            var feature = shape.Length == 4 && (isGrey || channels == 3) ? index % channels * (length / channels) + index / channels : index;
            Assert.Equal(pixels[length + index], sample[feature]);
        }
    }

    [Fact]
    public void Targets_may_be_numbers_or_columns_of_labels()
    {
        var path = Npz("real.npz", ("X", Npy("<f4", [2, 1], Floats(1, 2))), ("y", Npy("<f8", [2, 2], Doubles(0, 1, 1, 0.5))));
        using (var data = DataSource.Load(s_plain with { Train = path, Test = path, TargetKind = TargetKind.Real }))
            Assert.Equal([0, 1, 1, 0.5f], ((RealTargets)data.Train.Targets).Values);
        Refused("real.npz, y.npy: has other numbers than 0 and 1 in sample 2; expected labels", path, s_plain with { TargetKind = TargetKind.LabelSets });
        Refused("real.npz, y.npy: has 2 numbers a sample; expected one class", path);
        path = Npz("sets.npz", ("X", Npy("<f4", [2, 1], Floats(1, 2))), ("y", Npy("|b1", [2, 3], [0, 1, 1, 1, 0, 0])));
        using var sets = DataSource.Load(s_plain with { Train = path, Test = path, TargetKind = TargetKind.LabelSets });
        Assert.Equal([1, 1, 1], ((LabelSets)sets.Train.Targets).CountSamples());
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        var y = ("y", Npy("|u1", [2], [0, 1]));
        var good = Npy("<f4", [2, 1], Floats(1, 2));
        RefusedX("is in Fortran order; expected C order (numpy.ascontiguousarray)", Npy("<f4", [2, 1], Floats(1, 2), fortran: true));
        RefusedX("has elements '>f4'; expected b1, u1 to u8, i1 to i8, f4, f8 or U, of little endian", Npy(">f4", [2, 1], Floats(1, 2)));
        RefusedX("has elements '<f2'; expected b1, u1 to u8, i1 to i8, f4, f8 or U, of little endian", Npy("<f2", [2, 1], [0, 0, 0, 0]));
        RefusedX("has a header that is none; expected descr, fortran_order and shape of an array of numbers or texts", Npy("|O", [2, 1], [0, 0]));
        RefusedX("has 8 bytes of data; expected 12, for 3 x 1 elements of 4", Npy("<f4", [3, 1], Floats(1, 2)));
        RefusedX("has 8 bytes of data; expected 36893488113059364872, for 2147483647 x 2147483647 x 2 elements of 4",
            Npy("<f4", [int.MaxValue, int.MaxValue, 2], Floats(1, 2)));
        RefusedX("has NaN at element 1; expected finite numbers", Npy("<f4", [2, 1], Floats(1, float.NaN)));
        RefusedX("has no magic of NumPy; expected an array in NPY format", [.. "12345678901234567890"u8]);
        RefusedX("has 2 samples and 3 targets; expected as many of both", good, ("y", Npy("|u1", [3], [0, 1, 0])));
        var path = Npz("other.npz", ("a", good), y);
        Refused("other.npz: has no array x_train or X; it has a.npy, y.npy", path);
        path = Npz("whole.npz", ("X", good), y);
        Refused("x: labels apart; expected none, as {path} holds its own", path, s_plain with { TrainLabels = Path.Combine(Folder.Root, "x") });
        var bytes = File.ReadAllBytes(path);
        foreach (var length in (int[])[5, 40, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(path, bytes[..length]);
            var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(s_plain with { Train = path, Test = path }));
            Assert.StartsWith($"{path}: is damaged or truncated", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        void RefusedX(string message, byte[] x, (string, byte[])? labels = null) =>
            Refused($"bad.npz, X.npy: {message}", Npz("bad.npz", ("X", x), labels ?? y));
    }

    private void Refused(string message, string path, DataOptions? options = null)
    {
        var error = Assert.Throws<InvalidInputException>(() => DataSource.Load((options ?? s_plain) with { Train = path, Test = path }));
        Assert.Equal(Path.Combine(Folder.Root, message.Replace("{path}", path, StringComparison.Ordinal)), error.Message);
    }

    private string Npz(string name, params (string Name, byte[] Array)[] arrays)
    {
        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (array, content) in arrays)
            {
                using var entry = archive.CreateEntry(array + ".npy").Open();
                entry.Write(content);
            }
        return Folder.Write(name, memory.ToArray());
    }

    private static byte[] Npy(string type, int[] shape, byte[] data, bool fortran = false)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({string.Join(", ", shape)},), }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private static byte[] Floats(params float[] values) => Bytes(values, 4, BinaryPrimitives.WriteSingleLittleEndian);

    private static byte[] Doubles(params double[] values) => Bytes(values, 8, BinaryPrimitives.WriteDoubleLittleEndian);

    private static byte[] Longs(params long[] values) => Bytes(values, 8, BinaryPrimitives.WriteInt64LittleEndian);

    private delegate void Writer<in T>(Span<byte> target, T value);

    private static byte[] Bytes<T>(T[] values, int size, Writer<T> write)
    {
        var bytes = new byte[values.Length * size];
        for (var index = 0; index < values.Length; index++) write(bytes.AsSpan(index * size), values[index]);
        return bytes;
    }
}
