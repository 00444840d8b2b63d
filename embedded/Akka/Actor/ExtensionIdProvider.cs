namespace Akka.Actor;

/// <summary>Base of extension ids; two ids of one class are the same extension.</summary>
public abstract class ExtensionIdProvider<T> : IExtensionId
    where T : class, IExtension
{
    public Type ExtensionType => typeof(T);

    /// <summary>The system's extension, made now if it does not exist yet.</summary>
    public T Apply(ActorSystem system) => (T)system.RegisterExtension(this);

    public T Get(ActorSystem system) => (T)system.GetExtension(this);

    public abstract T CreateExtension(ExtendedActorSystem system);

    object IExtensionId.Apply(ActorSystem system) => Apply(system);

    object IExtensionId.Get(ActorSystem system) => Get(system);

    object IExtensionId.CreateExtension(ExtendedActorSystem system) => CreateExtension(system);

    public sealed override bool Equals(object? obj) => obj is not null && obj.GetType() == GetType();

    public sealed override int GetHashCode() => GetType().GetHashCode();
}
