using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>
/// A topology rule that holds all connections of a network at some time, and so takes part in a run from its beginning on, not only in
/// evolutions. One trainer trains under it, without workers.
/// </summary>
internal interface IDenseRule : ITopologyRule
{
    /// <summary>Trainings, each with the whole schedule of the learning rate, that a run is made of.</summary>
    int Rounds => 1;

    /// <summary>Refuses a network, or a run of so many updates, that cannot be trained so.</summary>
    /// <exception cref="InvalidInputException">It cannot.</exception>
    void CheckFits(NetworkSpec spec, long updatesTotal)
    {
    }

    /// <summary>Its part in a run, which begins or goes on; the caller disposes of it.</summary>
    /// <exception cref="InvalidInputException">The run cannot go on from where it stands.</exception>
    DenseRun Begin(DenseRunContext context);
}
