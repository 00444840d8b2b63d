using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// An immutable tree of configuration values with an optional fallback below it. Paths have dots between their segments; a
/// segment with a dot in it is quoted. Getters give their default for a path that is absent, and throw
/// <see cref="FormatException"/> with the path for a value of another type (<see cref="NotSupportedException"/> for booleans).
/// </summary>
public class Config
{
    private readonly HoconValue _own;

    /// <summary>A configuration without keys.</summary>
    public Config()
        : this(new HoconRoot(new HoconValue()))
    {
    }

    public Config(HoconRoot root)
    {
        _own = Root = root.Value;
    }

    public Config(Config source, Config? fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        _own = source._own;
        Fallback = source.Fallback is { } inner ? fallback is null ? inner : inner.WithFallback(fallback) : fallback;
        Root = Fallback is null ? _own : _own.MergedOver(Fallback.Root);
    }

    /// <summary>What answers for the paths that this configuration itself does not have.</summary>
    public Config? Fallback { get; }

    /// <summary>All values, those of the fallback included.</summary>
    public HoconValue Root { get; }

    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>A configuration that has the fallback's values wherever this one has none.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("a configuration cannot be its own fallback", nameof(fallback));

        return fallback.IsNullOrEmpty() ? this : new Config(this, fallback);
    }

    public virtual bool HasPath(string path) => GetValue(path) is not null;

    /// <returns>The value at a path, or null where there is none.</returns>
    public HoconValue? GetValue(string path)
    {
        var value = Root;
        foreach (var segment in HoconPath.Parse(path))
        {
            if (value.GetChildObject(segment) is not { } child)
                return null;

            value = child;
        }

        return value;
    }

    /// <returns>The object at a path as a configuration, or null where there is none.</returns>
    public virtual Config? GetConfig(string path) =>
        GetValue(path) is { } value ? new Config(new HoconRoot(Read(path, value, v => new HoconValue(v.GetObject())))) : null;

    [return: NotNullIfNotNull(nameof(@default))]
    public virtual string? GetString(string path, string? @default = null) =>
        GetValue(path) is { } value ? Read(path, value, v => v.GetString()) : @default;

    public virtual bool GetBoolean(string path, bool @default = false) => Get(path, v => v.GetBoolean(), @default);

    public virtual int GetInt(string path, int @default = 0) => Get(path, v => v.GetInt(), @default);

    public virtual long GetLong(string path, long @default = 0) => Get(path, v => v.GetLong(), @default);

    public virtual float GetFloat(string path, float @default = 0) => Get(path, v => v.GetFloat(), @default);

    public virtual double GetDouble(string path, double @default = 0) => Get(path, v => v.GetDouble(), @default);

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Get(path, v => v.GetDecimal(), @default);

    /// <summary>A duration such as <c>10s</c>, <c>100 ms</c> or <c>infinite</c>; a number without a unit is in milliseconds.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Get(path, v => v.GetTimeSpan(allowInfinite), @default.GetValueOrDefault());

    /// <summary>A size in bytes such as <c>128000b</c>, <c>64 KiB</c> or <c>1MB</c>.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    /// <inheritdoc cref="GetByteSize(string)"/>
    public virtual long? GetByteSize(string path, long? def = null) => Get(path, v => v.GetByteSize(), def);

    /// <returns>The texts; empty where the path is absent.</returns>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => Get(path, v => v.GetStringList(), defaultPaths);

    public virtual IList<bool> GetBooleanList(string path) => Require(path, v => v.GetBooleanList());

    public virtual IList<int> GetIntList(string path) => Require(path, v => v.GetIntList());

    public virtual IList<long> GetLongList(string path) => Require(path, v => v.GetLongList());

    public virtual IList<byte> GetByteList(string path) => Require(path, v => v.GetByteList());

    public virtual IList<float> GetFloatList(string path) => Require(path, v => v.GetFloatList());

    public virtual IList<double> GetDoubleList(string path) => Require(path, v => v.GetDoubleList());

    public virtual IList<decimal> GetDecimalList(string path) => Require(path, v => v.GetDecimalList());

    /// <summary>The keys of the outermost object with their values, those of the fallback included.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject().Items;

    /// <summary>The values of this configuration itself, as HOCON.</summary>
    public override string ToString() => ToString(includeFallback: false);

    /// <summary>The values as HOCON, with or without those of the fallback.</summary>
    public string ToString(bool includeFallback) => (includeFallback ? Root : _own).GetObject().ToString();

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    private T Get<T>(string path, Func<HoconValue, T> read, T @default) => GetValue(path) is { } value ? Read(path, value, read) : @default;

    private T Require<T>(string path, Func<HoconValue, T> read) =>
        Read(path, GetValue(path) ?? throw new ConfigurationException($"{path}: there is no such list"), read);

    private static T Read<T>(string path, HoconValue value, Func<HoconValue, T> read)
    {
        try
        {
            return read(value);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{path}: {exception.Message}", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new NotSupportedException($"{path}: {exception.Message}", exception);
        }
    }
}
