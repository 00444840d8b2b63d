using System.Runtime.Serialization;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Serialization;

/// <summary>Candidates for growth as bytes.</summary>
internal static class CandidateCodec
{
    /// <summary>Candidates as indices, which only their message knows, and gradients once they have them.</summary>
    public static void Write(WireWriter writer, Lease<CandidateSet> lease, bool withGradients)
    {
        if (!lease.TryTake(out var candidates)) throw new SerializationException("the candidates were given away before");
        using (candidates)
        {
            writer.List(candidates.Layers, (w, layer) =>
            {
                w.Bool(layer is not null);
                if (layer is null) return;
                TopologyCodec.WriteWhole(w, layer.Topology);
                if (withGradients) FloatCodec.Write(w, layer.Gradients);
            });
        }
    }

    public static Lease<CandidateSet> Read(WireReader reader, bool withGradients)
    {
        var candidates = new CandidateSet(new Candidates?[reader.Count(1)]);
        try
        {
            for (var layer = 0; layer < candidates.Layers.Count; layer++)
            {
                if (!reader.Bool()) continue;
                candidates.Replace(layer, new Candidates(TopologyCodec.ReadWhole(reader, id: 0), default));
                if (withGradients) FloatCodec.Read(reader, candidates.Layers[layer]!.Gradients);
            }
            return new(candidates);
        }
        catch
        {
            candidates.Dispose();
            throw;
        }
    }
}
