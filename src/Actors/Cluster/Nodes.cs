using ActorSparse.Model.Wire;

namespace ActorSparse.Actors.Cluster;

/// <summary>Messages between the nodes of a cluster: what is trained, taking a worker on, and where a run stands.</summary>
internal static class Nodes
{
    /// <summary>A worker node asks a coordinator's gate what is trained there. Repeated, to see that the coordinator is the same.</summary>
    /// <param name="Version">Version of the protocol that the node speaks.</param>
    public sealed record AskTraining(int Version) : INodeMessage;

    /// <summary>What is trained or recovered, so that a node can open the data itself.</summary>
    /// <param name="RunId">Names this life of the run: a coordinator that was started again has another one.</param>
    /// <param name="Version">Version of the protocol that the coordinator speaks.</param>
    /// <param name="Recovery">Empty, or what is recovered: planted, images or fit.</param>
    /// <param name="Configuration">The run's resolved configuration, as its config.json has it; of recoveries with the options of the call.</param>
    /// <param name="ConfigurationHash">Hash of what decides the result: options and training samples.</param>
    /// <param name="DataName">Name of the training set.</param>
    /// <param name="DataHash">Hash of the contents of the training set.</param>
    public sealed record Training(
        ulong RunId, int Version, string Recovery, string Configuration, string ConfigurationHash, string DataName, string DataHash) : INodeMessage;

    /// <summary>A worker's end of a link asks for its other end. Repeated until answered.</summary>
    /// <param name="RunId">The run it wants to take part in.</param>
    /// <param name="Version">Version of the protocol that the node speaks.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="DataHash">Hash of the contents of the training set, as the node found it.</param>
    /// <param name="ConfigurationHash">Hash of options and training samples, as the node computed it.</param>
    public sealed record Connect(ulong RunId, int Version, string Worker, string DataHash, string ConfigurationHash) : INodeMessage;

    /// <summary>The sender is the other end of the link.</summary>
    /// <param name="RunId">The run.</param>
    public sealed record Connected(ulong RunId) : INodeMessage;

    /// <summary>The link waits until enough workers are there for the run to begin.</summary>
    /// <param name="Present">Workers that are there.</param>
    /// <param name="Wanted">Workers that the run begins with.</param>
    public sealed record Waiting(int Present, int Wanted) : INodeMessage;

    /// <summary>The node cannot take part.</summary>
    /// <param name="Detail">Why, in one line.</param>
    public sealed record Rejected(string Detail) : INodeMessage;

    /// <summary>Asks a coordinator's gate where the run stands.</summary>
    public sealed record AskStatus : INodeMessage;

    /// <summary>Where the run stands.</summary>
    /// <param name="Lines">Lines about the members of the cluster, the workers, and phase, version, staleness and traffic.</param>
    public sealed record Status(string Lines) : INodeMessage;

    /// <summary>A piece of a message of the training protocol.</summary>
    /// <param name="Piece">The piece.</param>
    public sealed record Chunk(MessageChunk Piece) : INodeMessage;

    /// <summary>A piece has arrived, whatever became of it: the next may be sent.</summary>
    /// <param name="TransferId">Which message.</param>
    /// <param name="Index">Which piece.</param>
    public sealed record ChunkArrived(long TransferId, int Index) : INodeMessage;
}
