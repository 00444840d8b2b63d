using ActorSparse.Model.Coordination;

namespace ActorSparse.Actors.Cluster;

/// <summary>A training as a worker node found it.</summary>
/// <param name="Job">What is trained.</param>
/// <param name="DataHash">Hash of the contents of the training set here.</param>
/// <param name="ConfigurationHash">Hash of options and training samples here.</param>
internal sealed record WorkerJob(TrainingJob Job, string DataHash, string ConfigurationHash);
