using Akka.Configuration;

namespace Akka.Util;

public static class TypeExtensions
{
    /// <summary>The type's name with its assembly's, as configuration names types: without version, culture and key.</summary>
    public static string TypeQualifiedName(this Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    /// <summary>The type that a setting names.</summary>
    /// <exception cref="ConfigurationException">There is no such type.</exception>
    internal static Type Resolve(string name, string setting) =>
        Type.GetType(name, throwOnError: false)
        ?? throw new ConfigurationException($"{setting} names the type '{name}', which cannot be found");
}
