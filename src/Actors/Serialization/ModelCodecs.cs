using System.Runtime.Serialization;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.State;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Serialization;

/// <summary>Messages that carry networks, gradients or evolutions.</summary>
internal static class ModelCodecs
{
    public static IEnumerable<MessageCodec> All(ModelCodec model) =>
        [.. Requests(model), .. Answers(model), .. Guided(model), .. Helpers(model)];

    private static IEnumerable<MessageCodec> Requests(ModelCodec model) =>
    [
        // What was computed is sent; the replica it was computed from is the coordinator's own and stays.
        MessageCodec.For<WorkPulling.Request>("wr",
            (w, m) => { WriteRequest(w, m); model.Drop(m.Work); },
            r => { var (run, worker, life, id, known) = Request(r); return new(run, worker, life, id, known, null); }),
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
                w.Double(m.Result.MeanLoss); w.Int32(m.Result.SampleCount); w.Int32(m.Result.CorrectCount);
                model.WriteGradients(w, m.Work);
            },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                return new(
                    run, worker, life, id, r.Int64(), r.Int64(), new BatchResult(r.Double(), r.Int32(), r.Int32()), known,
                    model.ReadGradients(r));
            }),
        MessageCodec.For<PhaseTwo.ReplicaTrained>("2r",
            (w, m) =>
            {
                WriteRequest(w, m);
                w.Int64(m.Ticket); w.Int64(m.ModelVersion); w.Int32(m.Round);
                ControlCodecs.Write(w, m.Tally);
                w.Double(m.LearningRate);
                ControlCodecs.Write(w, m.Evolution);
                // The worker evolved the topologies: the coordinator has not seen them.
                model.WriteReplica(w, m.Work, known: [], withVelocities: true);
            },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                return new(
                    run, worker, life, id, r.Int64(), r.Int64(), r.Int32(), ControlCodecs.Tally(r), r.Double(),
                    ControlCodecs.Evolution(r), known,
                    model.ReadReplica(r, withVelocities: true));
            }),
    ];

    private static IEnumerable<MessageCodec> Guided(ModelCodec model) =>
    [
        MessageCodec.For<GuidedGrowth.Measure>("gm",
            (w, m) =>
            {
                WriteAnswer(w, m, m.KnownTopologyIds);
                w.Int64(m.Update);
                Write(w, m.Assignment);
                model.WriteReplica(w, m.Work, m.KnownTopologyIds, withVelocities: false);
            },
            r =>
            {
                var (run, worker, life, id, refusal, known) = Answer(r);
                return new(
                    run, worker, life, id, r.Int64(), Assignment(r), refusal, known, model.ReadReplica(r, withVelocities: false));
            }),
        MessageCodec.For<GuidedGrowth.Measured>("gs",
            (w, m) => { WriteRequest(w, m); w.Int64(m.Ticket); w.List(m.Sums, WriteSums); model.Drop(m.Work); },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                return new(run, worker, life, id, r.Int64(), r.List(Sums), known, null);
            }),
        MessageCodec.For<GuidedGrowth.Draw>("gw",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvolutionId); w.Int64(m.Update); w.List(m.Sums, WriteSums);
                model.WriteReplica(w, m.Snapshot, known: [], withVelocities: false);
            },
            r => new(r.UInt64(), r.Int64(), r.Int64(), r.List(Sums), model.ReadReplica(r, withVelocities: false))),
        MessageCodec.For<GuidedGrowth.Drawn>("gd",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvolutionId); w.Double(m.Seconds);
                CandidateCodec.Write(w, m.Candidates, withGradients: false);
            },
            r => new(r.UInt64(), r.Int64(), r.Double(), CandidateCodec.Read(r, withGradients: false))),
        MessageCodec.For<GuidedGrowth.Differentiate>("gf",
            (w, m) =>
            {
                WriteAnswer(w, m, m.KnownTopologyIds);
                w.Int64(m.Update);
                Write(w, m.Assignment);
                model.WriteReplica(w, m.Work, m.KnownTopologyIds, withVelocities: false);
                CandidateCodec.Write(w, m.Candidates, withGradients: false);
            },
            r =>
            {
                var (run, worker, life, id, refusal, known) = Answer(r);
                return new(
                    run, worker, life, id, r.Int64(), Assignment(r), refusal, known, model.ReadReplica(r, withVelocities: false),
                    CandidateCodec.Read(r, withGradients: false));
            }),
        MessageCodec.For<GuidedGrowth.Differentiated>("gg",
            (w, m) =>
            {
                WriteRequest(w, m); w.Int64(m.Ticket); CandidateCodec.Write(w, m.Candidates, withGradients: true); model.Drop(m.Work);
            },
            r =>
            {
                var (run, worker, life, id, known) = Request(r);
                return new(run, worker, life, id, r.Int64(), known, null, CandidateCodec.Read(r, withGradients: true));
            }),
        MessageCodec.For<GuidedGrowth.Select>("gl",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvolutionId); w.Int64(m.Update);
                model.WriteReplica(w, m.Snapshot, known: [], withVelocities: false);
                CandidateCodec.Write(w, m.Candidates, withGradients: true);
            },
            r => new(
                r.UInt64(), r.Int64(), r.Int64(), model.ReadReplica(r, withVelocities: false),
                CandidateCodec.Read(r, withGradients: true))),
        MessageCodec.For<GuidedGrowth.Selected>("gc",
            (w, m) => { w.UInt64(m.RunId); w.Int64(m.EvolutionId); w.Double(m.Seconds); model.WriteEvolution(w, m.Changes); },
            r => new(r.UInt64(), r.Int64(), r.Double(), model.ReadEvolution(r))),
    ];

    private static IEnumerable<MessageCodec> Answers(ModelCodec model) =>
    [
        MessageCodec.For<PhaseOne.Parameters>("1p",
            (w, m) =>
            {
                WriteAnswer(w, m, m.KnownTopologyIds);
                w.Int64(m.ModelVersion);
                Write(w, m.Assignment);
                model.WriteReplica(w, m.Work, m.KnownTopologyIds, withVelocities: false, w.ParameterFormat);
            },
            r =>
            {
                var (run, worker, life, id, refusal, known) = Answer(r);
                return new(
                    run, worker, life, id, r.Int64(), Assignment(r), refusal, known,
                    model.ReadReplica(r, withVelocities: false));
            }),
        MessageCodec.For<PhaseTwo.TrainReplica>("2t",
            (w, m) =>
            {
                WriteAnswer(w, m, m.KnownTopologyIds);
                w.Int64(m.ModelVersion); w.Int32(m.Round);
                w.Int64(m.Assignment.Ticket); w.Int32(m.Assignment.Shard); w.Int32(m.Assignment.Epoch); w.Bool(m.Assignment.EvolveFirst);
                model.WriteReplica(w, m.Work, m.KnownTopologyIds, withVelocities: true);
            },
            r =>
            {
                var (run, worker, life, id, refusal, known) = Answer(r);
                return new(
                    run, worker, life, id, r.Int64(), r.Int32(), new ReplicaAssignment(r.Int64(), r.Int32(), r.Int32(), r.Bool()),
                    refusal, known,
                    model.ReadReplica(r, withVelocities: true));
            }),
    ];

    private static IEnumerable<MessageCodec> Helpers(ModelCodec model) =>
    [
        MessageCodec.For<TopologyEvolution.Evolve>("te",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvolutionId); w.Int32(m.Epoch); w.Int64(m.ModelVersion);
                model.WriteReplica(w, m.Snapshot, known: [], withVelocities: false);
            },
            r => new(r.UInt64(), r.Int64(), r.Int32(), r.Int64(), model.ReadReplica(r, withVelocities: false))),
        MessageCodec.For<TopologyEvolution.Evolved>("td",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvolutionId); w.Int32(m.Epoch); w.Int64(m.ModelVersion); w.Double(m.Seconds);
                model.WriteEvolution(w, m.Changes);
            },
            r => new(r.UInt64(), r.Int64(), r.Int32(), r.Int64(), r.Double(), model.ReadEvolution(r))),
        MessageCodec.For<Progress.Evaluate>("pv",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Int64(m.EvaluationId); w.Int32(m.Epoch);
                model.WriteReplica(w, m.Snapshot, known: [], withVelocities: false);
            },
            r => new(r.UInt64(), r.Int64(), r.Int32(), model.ReadReplica(r, withVelocities: false))),
        MessageCodec.For<Progress.Finished>("pz",
            (w, m) =>
            {
                w.UInt64(m.RunId); w.Byte((byte)m.Outcome); w.OptionalString(m.Error);
                ControlCodecs.Write(w, m.Status);
                model.WriteReplica(w, m.Network, known: [], withVelocities: true);
            },
            r => new(
                r.UInt64(), r.Enum<RunOutcome>(), r.OptionalString(), ControlCodecs.Status(r), model.ReadReplica(r, withVelocities: true))),
        MessageCodec.For<Checkpoints.Write>("cs",
            (w, m) => { w.UInt64(m.RunId); w.Int64(m.CheckpointId); w.Int32(m.Epoch); w.Bool(m.IsBest); Write(w, model, m.State); },
            r => new(r.UInt64(), r.Int64(), r.Int32(), r.Bool(), new(State(r, model)))),
    ];

    private static void WriteRequest(WireWriter w, IWorkRequest m)
    {
        ControlCodecs.WriteWorker(w, m);
        w.Int64(m.RequestId);
        w.List(m.KnownTopologyIds, static (writer, id) => writer.UInt64(id));
    }

    private static (ulong RunId, string Worker, long Incarnation, long RequestId, ulong[] Known) Request(WireReader r)
    {
        var (run, worker, life) = ControlCodecs.Worker(r);
        return (run, worker, life, r.Int64(), r.List(static reader => reader.UInt64(), sizeof(ulong)));
    }

    private static void WriteAnswer(WireWriter w, IWorkAnswer m, IReadOnlyList<ulong> known)
    {
        ControlCodecs.WriteWorker(w, m);
        w.Int64(m.RequestId);
        w.Byte((byte)m.Refusal);
        w.List(known, static (writer, id) => writer.UInt64(id));
    }

    private static (ulong RunId, string Worker, long Incarnation, long RequestId, RefusalReason Refusal, ulong[] Known) Answer(WireReader r)
    {
        var (run, worker, life) = ControlCodecs.Worker(r);
        return (run, worker, life, r.Int64(), r.Enum<RefusalReason>(), r.List(static reader => reader.UInt64(), sizeof(ulong)));
    }

    private static void Write(WireWriter w, Assignment assignment)
    {
        w.Int64(assignment.Ticket);
        w.Int32(assignment.Epoch);
        w.Int32(assignment.Shard);
        w.Int32(assignment.Batch);
    }

    private static Assignment Assignment(WireReader r) => new(r.Int64(), r.Int32(), r.Int32(), r.Int32());

    private static void WriteSums(WireWriter w, NeuronSums? sums)
    {
        w.Bool(sums is not null);
        if (sums is null) return;
        w.List(sums.Inputs, static (writer, sum) => writer.Double(sum));
        w.List(sums.Outputs, static (writer, sum) => writer.Double(sum));
    }

    private static NeuronSums? Sums(WireReader r) =>
        r.Bool() ? new(Doubles(r), Doubles(r)) : null;

    private static double[] Doubles(WireReader r) => r.List(static reader => reader.Double(), sizeof(double));

    private static void Write(WireWriter w, ModelCodec model, Lease<RunState> lease)
    {
        if (!lease.TryTake(out var state)) throw new SerializationException("the state was given away before");
        using (state)
        {
            w.Byte((byte)state.Phase);
            model.WriteNetwork(w, state.Network, known: [], withVelocities: true);
            w.Int64(state.ModelVersion);
            w.Int32(state.Ledger.Epoch);
            w.Int64(state.Ledger.LastTicket);
            w.List(state.Ledger.Done, WriteShard);
            w.List(state.Ledger.DoneAhead, WriteShard);
            w.Int32(state.EvolvedEpochs);
            w.Int32(state.Round);
            w.List(state.RoundEpochsDone, static (writer, count) => writer.Int32(count));
            w.List(state.Replicas, (writer, replica) => WriteOptional(writer, model, replica));
            w.List([.. state.Tallies], static (writer, item) => { writer.Int32(item.Key); ControlCodecs.Write(writer, item.Value); });
            w.Int64(state.ReplicaUpdates);
            w.Double(state.LearningRate);
            w.OptionalDouble(state.BestAccuracy);
            w.Int64(state.EvolvedUpdates);
            w.List([.. state.Evolutions], static (writer, item) => { writer.Int32(item.Key); ControlCodecs.Write(writer, item.Value); });
        }
    }

    private static RunState State(WireReader r, ModelCodec model) => new()
    {
        Phase = r.Enum<RunPhase>(),
        Network = model.ReadNetwork(r, withVelocities: true),
        ModelVersion = r.Int64(),
        Ledger = new() { Epoch = r.Int32(), LastTicket = r.Int64(), Done = r.List(Shard), DoneAhead = r.List(Shard) },
        EvolvedEpochs = r.Int32(),
        Round = r.Int32(),
        RoundEpochsDone = r.List(static reader => reader.Int32(), sizeof(int)),
        Replicas = r.List(reader => Optional(reader, model)),
        Tallies = r.List(static reader => (Epoch: reader.Int32(), Tally: ControlCodecs.Tally(reader)))
            .ToDictionary(item => item.Epoch, item => item.Tally),
        ReplicaUpdates = r.Int64(),
        LearningRate = r.Double(),
        BestAccuracy = r.OptionalDouble(),
        EvolvedUpdates = r.Int64(),
        Evolutions = r.List(static reader => (Epoch: reader.Int32(), Evolution: ControlCodecs.Evolution(reader)))
            .ToDictionary(item => item.Epoch, item => item.Evolution),
    };

    private static void WriteShard(WireWriter w, bool[] done) => w.List(done, static (writer, isDone) => writer.Bool(isDone));

    private static bool[] Shard(WireReader r) => r.List(static reader => reader.Bool());

    private static void WriteOptional(WireWriter w, ModelCodec model, Network? replica)
    {
        w.Bool(replica is not null);
        if (replica is not null) model.WriteNetwork(w, replica, known: [], withVelocities: true);
    }

    private static Network? Optional(WireReader r, ModelCodec model) => r.Bool() ? model.ReadNetwork(r, withVelocities: true) : null;
}
