using System.Runtime.Serialization;
using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Serialization;

/// <summary>Messages that carry networks, gradients or changes of topologies, or give back what does.</summary>
internal static class ModelCodecs
{
    public static IEnumerable<MessageCodec> All(ModelCodec model) =>
        [.. Requests(model), .. Answers(model)];

    private static IEnumerable<MessageCodec> Requests(ModelCodec model) =>
    [
        // What was computed is sent; the replica it was computed from is the coordinator's own and stays.
        MessageCodec.For<WorkPulling.Request>("wr",
            (w, m) => { WriteRequest(w, m); w.Int64(m.HeldTicket); model.Drop(m.Work); },
            r => { var (run, worker, life, id, known) = Request(r); return new(run, worker, life, id, known, null, r.Int64()); }),
        MessageCodec.For<WorkPulling.Diverged>("wd",
            (w, m) => { WriteRequest(w, m); w.Int64(m.Ticket); w.String(m.Detail); model.Drop(m.Work); },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                return new(run, worker, life, id, r.Int64(), r.String(), known, null);
            }),
        MessageCodec.For<PhaseOne.GradientPush>("1g",
            (w, m) =>
            {
                WriteRequest(w, m);
                w.Int64(m.Ticket); w.Int64(m.ModelVersion);
                Write(w, m.Tally);
                w.Double(m.Seconds);
                model.WriteGradients(w, m.Work);
                w.Double(m.EvolveSeconds);
                model.WriteEvolution(w, m.Evolution);
            },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                var (ticket, version, tally, seconds) = (r.Int64(), r.Int64(), Tally(r), r.Double());
                return new(
                    run, worker, life, id, ticket, version, tally, known, model.ReadGradients(r, out var layers),
                    EvolveSeconds: r.Double(), Evolution: model.ReadEvolution(r, layers), Seconds: seconds);
            }),
        MessageCodec.For<PhaseTwo.ReplicaTrained>("2r",
            (w, m) =>
            {
                WriteRequest(w, m);
                w.Int64(m.Ticket); w.Int64(m.ModelVersion); w.Int32(m.Round);
                Write(w, m.Tally);
                w.Double(m.LearningRate);
                w.Int64(m.Evolution.PrunedCount); w.Int64(m.Evolution.GrownCount);
                // The worker evolved the topologies: the coordinator has not seen them.
                model.WriteReplica(w, m.Work, known: [], withVelocities: true);
            },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                return new(
                    run, worker, life, id, r.Int64(), r.Int64(), r.Int32(), Tally(r), r.Double(),
                    new(r.Int64(), r.Int64()), known, model.ReadReplica(r, withVelocities: true));
            }),
    ];

    private static IEnumerable<MessageCodec> Answers(ModelCodec model) =>
    [
        MessageCodec.For<PhaseOne.Parameters>("1p",
            (w, m) =>
            {
                WriteAnswer(w, m, m.KnownTopologyIds);
                w.Int64(m.ModelVersion);
                Write(w, m.Assignment);
                w.Bool(m.Evolves);
                Write(w, m.LocalSteps);
                model.WriteReplica(w, m.Work, m.KnownTopologyIds, withVelocities: false, w.ParameterFormat);
            },
            r =>
            {
                var (run, worker, life, id, refusal, known) = Answer(r);
                return new(
                    run, worker, life, id, r.Int64(), Assignment(r), r.Bool(), refusal, known, LocalSteps: LocalSteps(r),
                    Work: model.ReadReplica(r, withVelocities: false));
            }),
        MessageCodec.For<PhaseTwo.TrainReplica>("2t",
            (w, m) =>
            {
                WriteAnswer(w, m, m.KnownTopologyIds);
                w.Int64(m.ModelVersion); w.Int32(m.Round);
                w.Int64(m.Assignment.Ticket); w.Int32(m.Assignment.Shard); w.Int32(m.Assignment.Epoch); w.Bool(m.Assignment.EvolveFirst);
                w.Double(m.RateScale);
                model.WriteReplica(w, m.Work, m.KnownTopologyIds, withVelocities: true);
            },
            r =>
            {
                var (run, worker, life, id, refusal, known) = Answer(r);
                return new(
                    run, worker, life, id, r.Int64(), Place(r), new ReplicaAssignment(r.Int64(), Place(r), Place(r), r.Bool()),
                    Scale(r), refusal, known,
                    model.ReadReplica(r, withVelocities: true));
            }),
    ];

    private static void WriteRequest(WireWriter w, IWorkRequest m)
    {
        WriteHead(w, m.RunId, m.Worker, m.Incarnation, m.RequestId);
        WriteKnown(w, m.KnownTopologyIds);
    }

    private static (ulong RunId, string Worker, long Incarnation, long RequestId, ulong[] Known) Request(WireReader r) =>
        (r.UInt64(), r.String(), r.Int64(), r.Int64(), Known(r));

    private static void WriteAnswer(WireWriter w, IWorkAnswer m, IReadOnlyList<ulong> known)
    {
        WriteHead(w, m.RunId, m.Worker, m.Incarnation, m.RequestId);
        w.Byte((byte)m.Refusal);
        WriteKnown(w, known);
    }

    private static (ulong RunId, string Worker, long Incarnation, long RequestId, RefusalReason Refusal, ulong[] Known) Answer(
        WireReader r) =>
        (r.UInt64(), r.String(), r.Int64(), r.Int64(), r.Enum<RefusalReason>(), Known(r));

    private static void WriteHead(WireWriter w, ulong runId, string worker, long incarnation, long requestId)
    {
        w.UInt64(runId);
        w.String(worker);
        w.Int64(incarnation);
        w.Int64(requestId);
    }

    private static void WriteKnown(WireWriter w, IReadOnlyList<ulong> known) => w.List(known, static (writer, id) => writer.UInt64(id));

    private static ulong[] Known(WireReader r) => r.List(static reader => reader.UInt64(), sizeof(ulong));

    private static void Write(WireWriter w, Assignment assignment)
    {
        w.Int64(assignment.Ticket);
        w.Int32(assignment.Epoch);
        w.Int32(assignment.Shard);
        w.Int32(assignment.Batch);
        w.Int32(assignment.Count);
    }

    private static Assignment Assignment(WireReader r) => new(r.Int64(), Place(r), Place(r), Place(r), Place(r));

    private static void Write(WireWriter w, TrainingTally tally)
    {
        w.Int32(tally.Batches);
        w.Double(tally.LossSum);
        w.Int64(tally.SampleCount);
        w.Double(tally.ScoreSum);
        w.Double(tally.ScoreWeight);
    }

    private static TrainingTally Tally(WireReader r) => new(r.Int32(), r.Double(), r.Int64(), r.Double(), r.Double());

    private static void Write(WireWriter w, LocalSteps? terms)
    {
        w.Bool(terms is not null);
        if (terms is not { } steps) return;
        w.Double(steps.RateScale);
        w.Double(steps.Share);
        w.Int64(steps.MissingTicket);
    }

    private static LocalSteps? LocalSteps(WireReader r) => r.Bool() ? new(Scale(r), Scale(r), r.Int64()) : null;

    // What a worker is to compute it looks up in arrays, and knows itself how long they are: here only that there may be such a place. What
    // workers say of their results the coordinator judges, and answers.
    private static int Place(WireReader r) =>
        r.Int32() is var place && place >= 0 ? place : throw new SerializationException($"{place} is no place: the message is damaged");

    private static double Scale(WireReader r) => r.Double() is var scale && scale > 0 && double.IsFinite(scale) ? scale
        : throw new SerializationException($"a learning rate times {scale}: the message is damaged");
}
