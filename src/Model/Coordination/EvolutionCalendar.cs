using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// When a rule and importance pruning change the topologies of the coordinator's network: after epochs, or under guided rules with updates
/// of phase one.
/// </summary>
internal sealed class EvolutionCalendar
{
    private readonly TrainingJob _job;
    private readonly RunPlan _plan;
    private readonly long _updates;

    /// <summary>That of <paramref name="job"/>.</summary>
    public EvolutionCalendar(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _job = job;
        _plan = job.Plan;
        _updates = (long)job.UpdatesPerEpoch() * _plan.Epochs;
    }

    /// <summary>
    /// What comes next when the first <paramref name="epochs"/> epochs and the first <paramref name="updates"/> updates have had their
    /// evolutions or were not to have one.
    /// </summary>
    public NextEvolution Next(int epochs, long updates)
    {
        while (epochs < _plan.Epochs && !(EpochEvolution.IsDue(_job.Training, epochs) && _plan.EvolvesAfter(epochs))) epochs++;
        if (_job.Training.Rule is not GuidedRule guided) return new(epochs, _updates, 0);
        while (updates < _updates && !guided.IsDue(updates, _updates)) updates++;
        // The shards take turns.
        return new(epochs, updates, (int)((updates + 1) / guided.Options.Interval % _job.Run.Workers));
    }
}
