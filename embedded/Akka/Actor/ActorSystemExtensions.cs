namespace Akka.Actor;

public static class ActorSystemExtensions
{
    /// <summary>The extension that a provider class makes, created on first use.</summary>
    public static T WithExtension<T, TI>(this ActorSystem system)
        where T : class, IExtension
        where TI : IExtensionId, new() => (T)new TI().Apply(system);

    public static T WithExtension<T>(this ActorSystem system, Type extensionId)
        where T : class, IExtension => (T)((IExtensionId)Activator.CreateInstance(extensionId)!).Apply(system);
}
