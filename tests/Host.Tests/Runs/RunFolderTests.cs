using ActorSparse.Host.Runs;
using ActorSparse.Model;

namespace ActorSparse.Host.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_process_at_a_time_has_a_folder_and_the_next_one_gets_it()
    {
        var path = _folder.At("run");
        using (RunFolder.Open(path))
        {
            Assert.Null(RunFolder.TryOpen(path));
            Assert.Contains("another process", Assert.Throws<InvalidInputException>(() => RunFolder.Open(path)).Message);
        }
        using var next = RunFolder.TryOpen(path);
        Assert.False(next!.HasCheckpoint);
        File.WriteAllText(next.LastCheckpoint, "");
        Assert.True(next.HasCheckpoint);
    }

    [Fact]
    public void Where_no_folder_can_be_there_is_none_to_wait_for()
    {
        File.WriteAllText(_folder.At("file"), "");
        Assert.Contains("cannot be written",
            Assert.Throws<InvalidInputException>(() => RunFolder.TryOpen(_folder.At("file", "run"))).Message);
    }

    [Fact]
    public void A_folder_in_which_no_run_begins_is_as_it_was()
    {
        RunFolder.Open(_folder.At("runs", "run")).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));

        Directory.CreateDirectory(_folder.At("runs", "other"));
        RunFolder.Open(_folder.At("runs", "run")).Dispose();
        Assert.Equal([_folder.At("runs", "other")], Directory.GetFileSystemEntries(_folder.At("runs")));

        var folder = RunFolder.Open(_folder.At("run"));
        File.WriteAllText(_folder.At("run", "notes.txt"), "");
        folder.Dispose();
        folder.Dispose();
        Assert.True(File.Exists(_folder.At("run", "notes.txt"))); // somebody else's
    }

    [Fact]
    public void A_configuration_that_cannot_be_written_leaves_no_folder()
    {
        using (var folder = RunFolder.Open(_folder.At("run")))
        {
            Directory.CreateDirectory(folder.ConfigurationPath);
            Assert.ThrowsAny<Exception>(() => folder.Begin("{}", replaces: true));
            Directory.Delete(folder.ConfigurationPath);
        }
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Fact]
    public void A_run_that_begins_in_the_meantime_is_not_replaced()
    {
        var path = _folder.At("run");
        using (var other = RunFolder.Open(path)) other.Begin("{}", replaces: true);
        Assert.Contains("exists already", Assert.Throws<InvalidInputException>(() => RunFolder.OpenNew(path, force: false)).Message);
        RunFolder.OpenNew(path, force: true).Dispose();
        Assert.Equal("{}", File.ReadAllText(RunFolder.ConfigurationOf(path)));
    }

    [Fact]
    public void A_run_that_replaces_another_leaves_nothing_of_it()
    {
        var path = _folder.At("run");
        Begin(path, "old", replaces: true);
        foreach (var name in (string[])["metrics.csv", "notes.txt", "checkpoints/last.safetensors", "checkpoints/config.json"])
            File.WriteAllText(Path.Combine(path, name), "old");
        Directory.CreateDirectory(Path.Combine(path, "plots", "more"));
        Directory.CreateDirectory(Path.Combine(path, "checkpoints", "more"));
        Begin(path, "new", replaces: true);
        Assert.Equal(["checkpoints", "config.json", "events.log"], Names(path));
        Assert.Empty(Names(Path.Combine(path, "checkpoints")));
        Assert.Equal("new", File.ReadAllText(RunFolder.ConfigurationOf(path)));
        Assert.Matches("^[^\n]* new\n$", File.ReadAllText(Path.Combine(path, "events.log")));
    }

    [Fact]
    public void What_killed_writes_left_goes_with_the_next_start_and_nothing_else()
    {
        var path = _folder.At("run");
        Begin(path, "first", replaces: true);
        string[] left =
        [
            "config.json.17.tmp", "metrics.jsonl.17.tmp", "metrics.csv.1.tmp", "report.html.99999.tmp",
            "checkpoints/last.safetensors.17.tmp", "checkpoints/best.safetensors.3.tmp", "checkpoints/epoch-12.safetensors.17.tmp",
        ];
        // Of commands that need no lock, or of nobody that we know.
        string[] others = ["checkpoints/best-pruned-30.safetensors.17.tmp", "checkpoints/last.safetensors.tmp", "notes.17.tmp"];
        foreach (var name in left.Concat(others)) File.WriteAllText(Path.Combine(path, name), "half");
        using (var living = RunFolder.Open(path))
        {
            Assert.Null(RunFolder.TryOpen(path));
            Assert.All(left, name => Assert.True(File.Exists(Path.Combine(path, name)))); // it may be writing them
        }
        Assert.All(left, name => Assert.True(File.Exists(Path.Combine(path, name)))); // no run began
        Begin(path, "second", replaces: false);
        Assert.All(left, name => Assert.False(File.Exists(Path.Combine(path, name)), name));
        Assert.All(others, name => Assert.True(File.Exists(Path.Combine(path, name)), name));
        Assert.Matches("^[^\n]* first\n[^\n]* second\n$", File.ReadAllText(Path.Combine(path, "events.log")));
    }

    [Theory]
    [InlineData("runs/my-run_2.a", "runs/my-run_2.a")]
    [InlineData("my run", "'my run'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    public void The_command_that_goes_on_with_a_run_can_be_typed_as_it_is(string path, string written) =>
        Assert.Equal($"actorsparse train --resume --out {written}", RunFolder.ResumeCommand("train", path));

    private static void Begin(string path, string text, bool replaces)
    {
        using var folder = RunFolder.Open(path);
        folder.Begin(text, replaces);
        folder.Log(text);
    }

    private static string[] Names(string path) =>
        [.. Directory.GetFileSystemEntries(path).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
}
