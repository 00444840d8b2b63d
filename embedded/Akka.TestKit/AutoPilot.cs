using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to every message of a test actor, before the test sees it.</summary>
public abstract class AutoPilot
{
    /// <summary>Return this to stop reacting.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Return this to let the same pilot react to the next message.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <returns>The pilot for the next message.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}
