using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Tests.Runs;

/// <summary>What is on the disk after each write, also after one that failed: a folder where a file should be lets it fail.</summary>
public sealed class RunFilesTests : IDisposable
{
    private const int Epochs = 6;

    private readonly TemporaryFolder _temporary = new();
    private readonly RunFolder _folder;
    private readonly Checkpoint _begin;
    private readonly TrainingJob _job = TestJob.Create(epochs: Epochs);
    private readonly RunFiles _files;

    public RunFilesTests()
    {
        _folder = RunFolder.Open(_temporary.Root);
        _begin = new()
        {
            Network = Network.Create(new() { LayerSizes = [4, 6, 2], Epsilon = 2 }, new(1)), State = new() { Seed = 1 },
        };
        _files = new(_folder, _job, _begin, checkpointEvery: 2);
    }

    public void Dispose()
    {
        _files.Dispose();
        _begin.Dispose();
        _folder.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void An_epoch_leaves_its_row_and_its_checkpoints()
    {
        Write(1, isBest: true);
        Assert.True(File.Exists(_folder.BestCheckpoint));
        Assert.False(File.Exists(_folder.EpochCheckpoint(1)));
        Write(2);
        Assert.True(File.Exists(_folder.EpochCheckpoint(2)));
        using (var amid = State(2)) _files.Write(amid, null, false);
        AssertWritten(2, 1, 2);
        Assert.Equal(2, _files.LastState.Epoch);
    }

    [Theory]
    [InlineData("metrics.jsonl", true)]
    [InlineData("metrics.jsonl", false)]
    [InlineData("metrics.csv", true)]
    [InlineData("metrics.csv", false)]
    public void A_row_that_could_not_be_written_is_written_with_the_next_state(string name, bool isNextAnEpoch)
    {
        Write(1);
        using (Blocked(_temporary.At(name)))
        {
            AssertFails(2);
            AssertFails(3);
            Assert.Equal(1, LastEpoch()); // no checkpoint without its row
        }
        if (isNextAnEpoch)
        {
            Write(4);
            AssertWritten(4, 1, 2, 3, 4);
            return;
        }
        using (var amid = State(3)) _files.Write(amid, null, false);
        AssertWritten(3, 1, 2, 3);
    }

    [Fact]
    public void A_row_whose_checkpoint_could_not_be_written_is_there_once()
    {
        Write(1);
        using (Blocked(_folder.BestCheckpoint)) AssertFails(2, isBest: true);
        AssertWritten(1, 1, 2);
        Write(3);
        AssertWritten(3, 1, 2, 3);
    }

    // The network of the row that is the best so far, or --resume would go on from a checkpoint that knows of a better one than is there.
    [Fact]
    public void A_best_network_that_could_not_be_written_is_written_with_the_next_state()
    {
        Write(1, isBest: true);
        using (Blocked(_folder.BestCheckpoint)) AssertFails(2, isBest: true, value: 2);
        Write(3);
        AssertWritten(3, 1, 2, 3);
        Assert.Equal(2, BestValue());
        using (Blocked(_temporary.At("metrics.jsonl"))) AssertFails(4, isBest: true, value: 4);
        using (Blocked(_folder.BestCheckpoint))
        {
            AssertFails(5, isBest: true, value: 5);
            AssertFails(6);
        }
        Write(6);
        Assert.Equal(5, BestValue());
    }

    [Fact]
    public void A_best_network_of_training_without_workers_waits_for_the_checkpoint()
    {
        using var network = Filled(7);
        using (Blocked(_folder.BestCheckpoint))
        {
            _files.WriteBest(network);
            Assert.NotNull(_files.TryWrite(_begin with { State = new() { Seed = 1, Epoch = 1 } }, MetricsFileTests.Row(1)));
            Assert.False(_folder.HasCheckpoint);
        }
        Assert.Null(_files.TryWrite(_begin with { State = new() { Seed = 1, Epoch = 2 } }, MetricsFileTests.Row(2)));
        Assert.Equal(7, BestValue());
        AssertWritten(2, 1, 2);
    }

    [Fact]
    public void Where_training_stands_and_what_is_written_of_it_are_told()
    {
        Assert.Equal((null, null), (_files.WrittenState, _files.Failure));
        Write(1);
        Assert.Equal((1, null), (_files.WrittenState!.Epoch, _files.Failure));
        using (Blocked(_folder.LastCheckpoint)) AssertFails(2);
        Assert.Equal(1, _files.WrittenState.Epoch);
        Assert.NotNull(_files.Failure);
        // Only one that was to be kept is missing.
        Directory.CreateDirectory(_folder.EpochCheckpoint(4));
        AssertFails(4);
        Assert.Equal((4, null), (_files.WrittenState.Epoch, _files.Failure));
    }

    [Fact]
    public void Rows_that_have_gone_leave_the_files_when_these_can_be_written_again()
    {
        Write(1);
        using (Blocked(_folder.BestCheckpoint)) AssertFails(2, isBest: true);
        using (Blocked(_temporary.At("metrics.jsonl"))) _files.GoBack()!.Dispose();
        Assert.Equal([1], _files.Rows.Select(row => row.Epoch));
        Write(2);
        AssertWritten(2, 1, 2);
        Assert.False(File.Exists(_folder.BestCheckpoint)); // it was of what is made again
    }

    [Fact]
    public void Going_back_to_the_last_checkpoint_drops_later_rows()
    {
        Write(1);
        using (Blocked(_folder.BestCheckpoint)) AssertFails(2, isBest: true);
        using (var last = _files.ReadLast()) Assert.Equal(1, last!.EpochsDone(_job.Plan));
        Assert.Equal(1, _files.LastState.Epoch);
        AssertWritten(1, 1);
        Write(2);
        AssertWritten(2, 1, 2);
    }

    [Fact]
    public void Without_a_checkpoint_the_run_is_at_its_beginning()
    {
        using (Blocked(_folder.BestCheckpoint)) AssertFails(1, isBest: true);
        Assert.Null(_files.ReadLast());
        Assert.Equal(_begin.State, _files.LastState);
        Assert.Empty(_files.Rows);
    }

    private void Write(int epoch, bool isBest = false, float value = 0)
    {
        using var state = State(epoch) with { Network = Filled(value) };
        _files.Write(state, MetricsFileTests.Row(epoch), isBest);
    }

    private void AssertFails(int epoch, bool isBest = false, float value = 0)
    {
        var exception = Record.Exception(() => Write(epoch, isBest, value));
        Assert.True(exception is IOException or UnauthorizedAccessException, $"{exception}");
        Assert.Equal(epoch, _files.LastState.Epoch);
    }

    private Network Filled(float value)
    {
        var network = _begin.Network.Clone();
        network.Parameters.Sparse[0].Values.Span.Fill(value);
        return network;
    }

    private float BestValue()
    {
        using var best = CheckpointFile.Load(_folder.BestCheckpoint);
        return best.Network.Parameters.Sparse[0].Values[0];
    }

    private RunState State(int epoch) => new()
    {
        Phase = RunPhase.PhaseOne,
        Network = _begin.Network.Clone(),
        ModelVersion = 10 * epoch,
        Ledger = new EpochLedger([10], epoch, Epochs).Save(),
        EvolvedEpochs = epoch,
        Round = 0,
        RoundEpochsDone = [],
        Replicas = [],
    };

    private void AssertWritten(int lastEpoch, params int[] epochs)
    {
        Assert.Equal(lastEpoch, LastEpoch());
        Assert.Equal(epochs, _files.Rows.Select(row => row.Epoch));
        Assert.Equal(epochs, MetricsFile.Read(_temporary.Root).Select(row => row.Epoch));
        Assert.Equal(
            ["epoch", .. epochs.Select(epoch => $"{epoch}")],
            File.ReadAllLines(_temporary.At("metrics.csv")).Select(line => line.Split(',')[0]));
    }

    private int LastEpoch()
    {
        using var last = CheckpointFile.Load(_folder.LastCheckpoint);
        return last.State!.Epoch;
    }

    private static Block Blocked(string path) => new(path);

    private sealed class Block : IDisposable
    {
        private readonly string _path;
        private readonly byte[]? _before;

        public Block(string path)
        {
            _path = path;
            if (File.Exists(path)) _before = File.ReadAllBytes(path);
            File.Delete(path);
            Directory.CreateDirectory(path);
        }

        public void Dispose()
        {
            Directory.Delete(_path);
            if (_before is not null) File.WriteAllBytes(_path, _before);
        }
    }
}
