using System.Diagnostics;
using System.Text;
using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

/// <summary>Text in other encodings, from pipes, and files that are no text.</summary>
public sealed class TextFileTests : ReaderTest
{
    private const string Names = "x,class\n1,café\n2,cafè\n3,a\n";

    [Theory]
    [InlineData("latin-1")]
    [InlineData("ISO-8859-1")]
    [InlineData("windows-1252")]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16be")]
    public void Text_is_read_in_the_encoding_that_is_given(string name)
    {
        var encoding = TextEncoding.Parse(name);
        var path = Folder.Write("train", encoding.GetBytes(Names));
        using var data = DataSource.Load(new() { Train = path, Test = path, Encoding = encoding });
        Assert.Equal(["a", "cafè", "café"], data.Train.ClassNames);
        Assert.Equal([2, 1, 0], data.Train.Labels);
    }

    [Fact]
    public void UTF_16_says_its_order_of_bytes()
    {
        var path = Folder.Write("train", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Names)]);
        using var data = DataSource.Load(new() { Train = path, Test = path, Encoding = TextEncoding.Parse("utf-16") });
        Assert.Equal([2, 1, 0], data.Train.Labels);
    }

    [Theory]
    [InlineData(Names, "line 2: byte 6 is E9, which is no UTF-8; expected UTF-8, or its encoding (such as --encoding latin-1)")]
    [InlineData("a 1:1\né 1:2\n", "line 2: byte 1 is E9, which is no UTF-8; expected UTF-8, or its encoding (such as --encoding latin-1)")]
    public void Bytes_that_are_no_UTF_8_are_refused(string text, string message) =>
        AssertRefused(Encoding.Latin1.GetBytes(text), message);

    [Fact]
    public void What_is_no_text_is_called_by_its_name()
    {
        const string Packed = "; expected a plain file, or gzip";
        AssertRefused([.. "BZh91AY&SY"u8], "is packed with bzip2" + Packed);
        AssertRefused([0xFD, .. "7zXZ\0"u8, 4], "is packed with xz" + Packed);
        AssertRefused([0x28, 0xB5, 0x2F, 0xFD, 1], "is packed with Zstandard" + Packed);
        AssertRefused(TemporaryFolder.Gzip([.. "PAR1"u8, 21, 0]), "is a Parquet file in gzip; expected it as it was");
        AssertRefused([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Names)], "is UTF-16 text; expected UTF-8, or --encoding utf-16");
        AssertRefused(Encoding.Unicode.GetBytes("1,2,a\n3,4,b\n"), "is UTF-16 text; expected UTF-8, or --encoding utf-16");
        AssertRefused([.. "1,2,a\n3,4\0,b\n"u8], "byte 9 is 0, which no text has; expected a table or a LIBSVM file");
        AssertRefused([.. Encoding.UTF8.GetBytes(new string('\n', 5000)), .. "1,\0,a\n"u8], "line 5001: byte 3 is 0; expected text");
        AssertRefused([.. Encoding.Unicode.GetBytes("1,2,a\n"), 7], "is not utf-16 after byte 0; expected text in it", TextEncoding.Parse("utf-16"));
        Assert.Equal("'klingon': expected one of utf-8, latin-1, iso-8859-1, utf-16, utf-16be, windows-1252",
            Assert.Throws<InvalidInputException>(() => TextEncoding.Parse("klingon")).Message);
    }

    [Theory]
    [InlineData(false, "x,class\n1,a\n2,b\n")]
    [InlineData(true, "x,class\n1,a\n2,b\n")]
    [InlineData(false, "a 1:1\nb 1:2\n")]
    public async Task A_pipe_is_read_without_seeking(bool isPacked, string text)
    {
        var path = Path.Combine(Folder.Root, "pipe");
        using (var made = Process.Start("mkfifo", path)) await made.WaitForExitAsync();
        var content = isPacked ? TemporaryFolder.Gzip(Encoding.UTF8.GetBytes(text)) : Encoding.UTF8.GetBytes(text);
        var loading = Task.Run(() => DataSource.Load(new()
        {
            Train = path, Test = Folder.Write("test", text), Standardize = StandardizationMode.None,
        }));
        await using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write)) await writer.WriteAsync(content);
        using var data = await loading;
        Assert.Equal([[1], [2]], Samples(data.Train));
        Assert.Equal(["a", "b"], data.Train.ClassNames);
    }

    [Fact]
    public void To_predict_targets_do_not_matter()
    {
        using var data = Load("a 1:1 2:1\nb 1:2\n");
        var schema = DataSchema.Of(data.Train);
        foreach (var text in (string[])["1:1 2:1\n1:2\n", "? 1:1 2:1\n? 1:2\n", "c 1:1 2:1\n1:2 2:0\n", "1:1\n2:1\n"])
        {
            using var samples = DataSource.LoadTest(new() { Test = Folder.Write("new", text), IgnoresTargets = true }, schema);
            Assert.Equal((2, false), (samples.SampleCount, samples.IsLabelled));
        }
        using var table = Load("1,2,a\n3,4,b\n");
        foreach (var text in (string[])["1,2,?\n3,4,\n", "1,2\n3,4\n", "1,2,0.5\n3,4,1e9\n"])
        {
            using var samples = DataSource.LoadTest(
                new() { Test = Folder.Write("new", text), IgnoresTargets = true }, DataSchema.Of(table.Train));
            Assert.Equal((false, 2), (samples.IsLabelled, samples.SampleCount));
            Assert.Equal([1, 2], Sample(samples, 0));
        }
    }

    private void AssertRefused(byte[] bytes, string message, Encoding? encoding = null)
    {
        var path = Folder.Write("odd", bytes);
        var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(new() { Train = path, Encoding = encoding }));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }
}
