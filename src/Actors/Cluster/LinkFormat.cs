using ActorSparse.Model.Coordination;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Actors.Cluster;

/// <summary>How the messages of a run travel: with the settings of nodes, in how many bits, and how large they may be.</summary>
/// <param name="Settings">Pieces and timeouts.</param>
/// <param name="MessageBytesMax">Largest message that is accepted, in bytes.</param>
/// <param name="Gradients">Numbers of gradients.</param>
/// <param name="Parameters">Numbers of parameters.</param>
internal sealed record LinkFormat(LinkSettings Settings, long MessageBytesMax, FloatFormat Gradients = default, FloatFormat Parameters = default)
{
    /// <summary>Those of a training.</summary>
    public static LinkFormat Of(TrainingJob job, LinkSettings settings) =>
        new(settings, settings.MessageLimit(job.Spec), job.Run.GradientFormat, job.Run.ParameterFormat);

    /// <summary>Those of recoveries.</summary>
    public static LinkFormat Of(RecoveryJob job, LinkSettings settings) => new(settings, settings.MessageBytesMax ?? 2 * job.MessageBytesMax);
}
