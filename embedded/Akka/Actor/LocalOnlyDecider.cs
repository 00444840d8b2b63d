namespace Akka.Actor;

/// <summary>Decides by a function.</summary>
public sealed class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    private readonly Func<Exception, Directive> _decider = decider;

    public Directive Decide(Exception cause) => _decider(cause);
}
