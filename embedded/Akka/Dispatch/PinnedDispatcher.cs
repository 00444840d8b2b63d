using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Gives one actor a thread of its own, from its start to its end.</summary>
public sealed class PinnedDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    private readonly DedicatedThreads _thread = new(configurator.Config.GetString("id", "")!, threadCount: 1);
    private ActorCell? _owner;

    internal override void Attach(ActorCell cell)
    {
        if (Interlocked.CompareExchange(ref _owner, cell, null) is { } owner && owner != cell)
            throw new InvalidOperationException($"Cannot register to anyone but {owner.Self}");
        base.Attach(cell);
    }

    internal override void Detach(ActorCell cell)
    {
        base.Detach(cell);
        _thread.Stop();
    }

    protected override void ExecuteTask(IRunnable run) => _thread.Add(run);
}
