using System.Text;
using ActorSparse.Host.Runs;

namespace ActorSparse.Host.Tests.Runs;

public class GrowingFileTests
{
    [Fact]
    public void Lines_that_a_full_disk_refused_come_in_their_order_once_there_is_space()
    {
        var disk = new SmallDisk { Space = 100 };
        using var file = new GrowingFile(disk);
        file.Add("one\n");
        disk.Space = 6;
        Assert.Throws<IOException>(() => file.Add("two\n"));
        Assert.Throws<IOException>(() => file.Add("three\n"));
        Assert.Equal("one\n", disk.Text); // nothing of a line that did not fit
        disk.Space = 100;
        file.Add("four\n");
        Assert.Equal("one\ntwo\nthree\nfour\n", disk.Text);
        file.Add("five\n");
        Assert.Equal("one\ntwo\nthree\nfour\nfive\n", disk.Text);
    }

    [Fact]
    public void What_is_missing_is_tried_once_more_at_the_end()
    {
        var disk = new SmallDisk();
        var file = new GrowingFile(disk);
        Assert.Throws<IOException>(() => file.Add("one\n"));
        disk.Space = 100;
        file.Dispose();
        Assert.Equal("one\n", disk.Text);

        disk = new SmallDisk();
        file = new GrowingFile(disk);
        Assert.Throws<IOException>(() => file.Add("one\n"));
        file.Dispose();
        Assert.Equal("", disk.Text);
    }

    /// <summary>As a full disk does, it takes what still fits of what is written, and then refuses.</summary>
    private sealed class SmallDisk : MemoryStream
    {
        public int Space { get; set; }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override void Write(byte[] buffer, int offset, int count)
        {
            var fits = (int)Math.Min(count, Space - Length);
            base.Write(buffer, offset, Math.Max(0, fits));
            if (fits < count) throw new IOException("no space left");
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
    }
}
