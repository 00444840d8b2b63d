using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Actors.Tests.Protocol;

public class CheckpointTests : ProtocolTest
{
    [Fact]
    public void A_row_gets_the_bytes_since_the_one_before()
    {
        var job = Job();
        var traffic = new LinkTraffic(TimeProvider.System);
        var sink = new RecordingSink();
        var writer = Sys.ActorOf(CheckpointActor.Props(sink, traffic.Complete));
        void Write(int checkpoint, bool isEpoch)
        {
            var metrics = isEpoch ? MessageSamples.Metrics() : null;
            writer.Tell(new Checkpoints.Write(job.RunId, checkpoint, metrics, false, new(TestJob.Begin(job))), TestActor);
            Assert.Equal(new(job.RunId, checkpoint, null), ExpectMsg<Checkpoints.Written>());
        }
        (int Sent, int Received)[] epochs = [(100, 20), (5, 1), (0, 0)];
        for (var epoch = 0; epoch < epochs.Length; epoch++)
        {
            traffic.Sent(epochs[epoch].Sent);
            traffic.Received(epochs[epoch].Received);
            Write(2 * epoch, isEpoch: false);
            Write(2 * epoch + 1, isEpoch: true);
        }
        Assert.Equal(
            epochs.SelectMany(epoch => new (long?, long?)[] { (null, null), (epoch.Sent, epoch.Received) }),
            sink.Metrics.Select(metrics => (metrics?.BytesSent, metrics?.BytesReceived)));
    }
}
