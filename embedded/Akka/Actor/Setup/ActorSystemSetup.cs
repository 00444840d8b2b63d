using System.Collections.Immutable;

namespace Akka.Actor.Setup;

/// <summary>Settings given in code to <see cref="ActorSystem.Create(string, ActorSystemSetup)"/>: at most one of each type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new(ImmutableDictionary<Type, Setup>.Empty);

    private readonly ImmutableDictionary<Type, Setup> _setups;

    private ActorSystemSetup(ImmutableDictionary<Type, Setup> setups) => _setups = setups;

    public static ActorSystemSetup Create(params Setup[] setups) => setups.Aggregate(Empty, (all, each) => all.And(each));

    public T? Get<T>()
        where T : Setup => _setups.TryGetValue(typeof(T), out var setup) ? (T)setup : null;

    public ActorSystemSetup And(Setup setup) => new(_setups.SetItem(setup.GetType(), setup));
}
