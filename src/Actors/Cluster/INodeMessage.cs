namespace ActorSparse.Actors.Cluster;

/// <summary>A message between nodes, as against those of the training protocol, which travel in pieces.</summary>
internal interface INodeMessage;
