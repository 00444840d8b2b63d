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
}
