using System.Runtime.InteropServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;
using ActorSparse.Model.Wire;
using CsCheck;

namespace ActorSparse.Actors.Tests.Serialization;

public sealed class CodecProperties
{
    private static readonly Gen<float> s_bits = Gen.UInt.Uniform.Select(BitConverter.UInt32BitsToSingle);

    // Of all sizes, subnormals and zeros of either sign among them.
    private static readonly Gen<float> s_numbers = s_bits.Where(float.IsFinite);

    [Fact]
    public void Values_arrive_as_they_were_sent_wherever_the_bytes_are_cut() =>
        (from format in Gen.OneOf(FloatFormat.Full, FloatFormat.Bf16, FloatFormat.Fp16)
         from length in Gen.Frequency(
             (9, Gen.Int[0, 100]), (1, Gen.Int[ExponentPacking.BlockLength - 1, 2 * ExponentPacking.BlockLength + 1]))
         from values in (format == FloatFormat.Full ? s_bits : Gen.OneOf(Gen.Float[-4, 4], s_numbers)).Array[length]
         from segmentBytes in Gen.Int[1, 100]
         select (format, values, segmentBytes)).ForAll(300, (format, values, segmentBytes) =>
        {
            using var sent = new NativeBuffer<float>(values.Length);
            values.CopyTo(sent.Span);
            // What is rounded was rounded before, by whoever keeps the rest.
            using var residual = new NativeBuffer<float>(values.Length);
            if (format != FloatFormat.Full) ErrorFeedback.Round(format, sent, residual);
            var writer = new WireWriter(segmentBytes);
            FloatCodec.Write(writer, sent, format);
            var reader = Reader(writer);
            using var received = new NativeBuffer<float>(values.Length);
            FloatCodec.Read(reader, received);
            Assert.Equal(0, reader.Left);
            Assert.Equal(MemoryMarshal.Cast<float, uint>(sent.Span).ToArray(), MemoryMarshal.Cast<float, uint>(received.Span).ToArray());
        });

    // At every place of the layer 0 is nothing, 1 an end and 2 a beginning, both of which may be of a connection that is there.
    [Fact]
    public void Topologies_keep_their_identity_whichever_of_them_the_receiver_knows() =>
        (from inputs in Gen.Int[1, 12]
         from outputs in Gen.Int[1, 12]
         from evolutions in Gen.Select(Gen.Int[0, 2].Array[inputs * outputs], Gen.Bool).Array[1, 5]
         from segmentBytes in Gen.Int[1, 40]
         select (inputs, evolutions, segmentBytes)).ForAll(200, (inputs, evolutions, segmentBytes) =>
        {
            using TopologyCodec here = new(), there = new();
            var outputs = evolutions[0].Item1.Length / inputs;
            var topology = new Topology(inputs, outputs, new(outputs + 1), new(0));
            var known = new List<ulong>();
            foreach (var (edit, isKnown) in evolutions)
            {
                using var change = Edit(topology, edit);
                topology.Dispose();
                topology = change.To.Retain();
                var writer = new WireWriter(segmentBytes);
                here.Write(writer, topology, isKnown ? known : []);
                var reader = Reader(writer);
                using var received = there.Read(reader);
                Assert.Equal(0, reader.Left);
                Assert.Equal(topology.Id, received.Id);
                for (var row = 0; row < outputs; row++) Assert.Equal(topology.Row(row).ToArray(), received.Row(row).ToArray());
                known.Add(topology.Id);
            }
            topology.Dispose();
        });

    private static WireReader Reader(WireWriter writer)
    {
        using var bytes = writer.Finish();
        return new([.. Enumerable.Range(0, bytes.Count).Select(index => (ReadOnlyMemory<byte>)bytes[index].ToArray())]);
    }

    private static TopologyChange Edit(Topology topology, int[] edit)
    {
        using var removed = new NativeBuffer<byte>(topology.ConnectionCount);
        for (var row = 0; row < topology.OutputCount; row++)
            foreach (var column in topology.Row(row))
                removed[topology.Find(row, column)] = (byte)Math.Min(1, edit[row * topology.InputCount + column]);
        return TopologyEdit.Build(
            topology, removed, [.. Enumerable.Range(0, edit.Length).Where(place => edit[place] == 2).Select(place => (long)place)]);
    }
}
