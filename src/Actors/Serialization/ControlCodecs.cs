using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Evolution;

namespace ActorSparse.Actors.Serialization;

/// <summary>Messages without networks: joining and leaving, progress, acknowledgements.</summary>
internal static class ControlCodecs
{
    public static IEnumerable<MessageCodec> All() =>
    [
        MessageCodec.For<Membership.Join>("mj",
            static (w, m) => { WriteWorker(w, m); w.UInt64(m.ConfigurationHash); },
            static r => { var (run, worker, life) = Worker(r); return new(run, worker, life, r.UInt64()); }),
        MessageCodec.For<Membership.Joined>("mw",
            static (w, m) => { WriteWorker(w, m); w.Int32(m.HomeShard); },
            static r => { var (run, worker, life) = Worker(r); return new(run, worker, life, r.Int32()); }),
        MessageCodec.For<Membership.Leave>("ml",
            static (w, m) => { WriteWorker(w, m); w.String(m.Reason); },
            static r => { var (run, worker, life) = Worker(r); return new(run, worker, life, r.String()); }),
        MessageCodec.For<Membership.Refused>("mr",
            static (w, m) => { WriteWorker(w, m); w.Byte((byte)m.Reason); w.String(m.Detail); },
            static r => { var (run, worker, life) = Worker(r); return new(run, worker, life, r.Enum<RefusalReason>(), r.String()); }),
        MessageCodec.For<Membership.Dismissed>("md",
            static (w, m) => { WriteWorker(w, m); w.Byte((byte)m.Outcome); w.OptionalString(m.Error); },
            static r => { var (run, worker, life) = Worker(r); return new(run, worker, life, r.Enum<RunOutcome>(), r.OptionalString()); }),
        MessageCodec.For<PhaseTwo.StillTraining>("2s",
            static (w, m) => { WriteWorker(w, m); w.Int64(m.Ticket); w.Int32(m.Batches); },
            static r => { var (run, worker, life) = Worker(r); return new(run, worker, life, r.Int64(), r.Int32()); }),
        MessageCodec.For<Checkpoints.Written>("cw",
            static (w, m) => { w.UInt64(m.RunId); w.Int64(m.CheckpointId); w.OptionalString(m.Error); },
            static r => new(r.UInt64(), r.Int64(), r.OptionalString())),
        MessageCodec.For<Progress.Start>("ps", static (w, m) => w.UInt64(m.RunId), static r => new(r.UInt64())),
        MessageCodec.For<Progress.Stop>("px", static (w, m) => w.UInt64(m.RunId), static r => new(r.UInt64())),
        MessageCodec.For<Progress.Evaluated>("pe",
            static (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvaluationId); w.Int32(m.Epoch);
                w.Double(m.Accuracy); w.Double(m.Loss); w.Double(m.Seconds);
            },
            static r => new(r.UInt64(), r.Int64(), r.Int32(), r.Double(), r.Double(), r.Double())),
        MessageCodec.For<Progress.EpochFinished>("pf",
            static (w, m) => { w.UInt64(m.RunId); Write(w, m.Summary); },
            static r => new(r.UInt64(), Summary(r))),
        MessageCodec.For<Progress.Running>("pr",
            static (w, m) => { w.UInt64(m.RunId); Write(w, m.Status); },
            static r => new(r.UInt64(), Status(r))),
        MessageCodec.For<Progress.Happened>("ph",
            static (w, m) => { w.UInt64(m.RunId); w.Byte((byte)m.Kind); w.String(m.Text); },
            static r => new(r.UInt64(), r.Enum<RunEvent>(), r.String())),
    ];

    public static void WriteWorker(WireWriter w, IFromWorker m) => WriteWorker(w, m.RunId, m.Worker, m.Incarnation);

    public static void WriteWorker(WireWriter w, IToWorker m) => WriteWorker(w, m.RunId, m.Worker, m.Incarnation);

    public static (ulong RunId, string Worker, long Incarnation) Worker(WireReader r) => (r.UInt64(), r.String(), r.Int64());

    public static void Write(WireWriter w, TrainingTally tally)
    {
        w.Int32(tally.Batches);
        w.Double(tally.LossSum);
        w.Int64(tally.SampleCount);
        w.Int64(tally.CorrectCount);
    }

    public static TrainingTally Tally(WireReader r) => new(r.Int32(), r.Double(), r.Int64(), r.Int64());

    public static void Write(WireWriter w, EvolutionSummary summary)
    {
        w.Int64(summary.PrunedCount);
        w.Int64(summary.GrownCount);
        w.Int64(summary.MissingGrowth);
    }

    public static EvolutionSummary Evolution(WireReader r) => new(r.Int64(), r.Int64(), r.Int64());

    public static void Write(WireWriter w, RunStatus status)
    {
        w.Byte((byte)status.Phase);
        w.Int32(status.Epoch);
        w.Int32(status.BatchesDone);
        w.Double(status.Loss);
        w.Int64(status.Samples);
        w.Int32(status.BatchesPerEpoch);
        w.Int64(status.ModelVersion);
        w.Int64(status.Updates);
        w.Double(status.StalenessMean);
        w.Int64(status.StalenessMax);
        w.Int64(status.Refused);
        w.Int64(status.BytesSent);
        w.Int64(status.BytesReceived);
        w.Int32(status.WorkersAlive);
        w.Int32(status.WorkersLost);
        w.List(status.Connections, static (writer, count) => writer.Int32(count));
    }

    public static RunStatus Status(WireReader r) => new()
    {
        Phase = r.Enum<RunPhase>(),
        Epoch = r.Int32(),
        BatchesDone = r.Int32(),
        Loss = r.Double(),
        Samples = r.Int64(),
        BatchesPerEpoch = r.Int32(),
        ModelVersion = r.Int64(),
        Updates = r.Int64(),
        StalenessMean = r.Double(),
        StalenessMax = r.Int64(),
        Refused = r.Int64(),
        BytesSent = r.Int64(),
        BytesReceived = r.Int64(),
        WorkersAlive = r.Int32(),
        WorkersLost = r.Int32(),
        Connections = r.List(static reader => reader.Int32(), sizeof(int)),
    };

    private static void WriteWorker(WireWriter w, ulong runId, string worker, long incarnation)
    {
        w.UInt64(runId);
        w.String(worker);
        w.Int64(incarnation);
    }

    private static void Write(WireWriter w, EpochSummary summary)
    {
        w.Int32(summary.Epoch);
        Write(w, summary.Tally);
        w.Double(summary.Seconds);
        w.Double(summary.StalenessMean);
        w.Int64(summary.StalenessMax);
        w.Double(summary.LearningRate);
        w.OptionalDouble(summary.TestAccuracy);
        w.OptionalDouble(summary.TestLoss);
        w.OptionalDouble(summary.BestTestAccuracy);
        w.Double(summary.EvaluateSeconds);
        w.Double(summary.EvolveSeconds);
        Write(w, summary.Evolution);
        w.List(summary.LivingNeurons, static (writer, count) => writer.Int32(count));
        Write(w, summary.Status);
    }

    private static EpochSummary Summary(WireReader r) => new()
    {
        Epoch = r.Int32(),
        Tally = Tally(r),
        Seconds = r.Double(),
        StalenessMean = r.Double(),
        StalenessMax = r.Int64(),
        LearningRate = r.Double(),
        TestAccuracy = r.OptionalDouble(),
        TestLoss = r.OptionalDouble(),
        BestTestAccuracy = r.OptionalDouble(),
        EvaluateSeconds = r.Double(),
        EvolveSeconds = r.Double(),
        Evolution = Evolution(r),
        LivingNeurons = r.List(static reader => reader.Int32(), sizeof(int)),
        Status = Status(r),
    };
}
