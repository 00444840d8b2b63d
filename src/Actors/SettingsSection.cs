using ActorSparse.Model;
using Akka.Configuration;

namespace ActorSparse.Actors;

/// <summary>A section of the Akka configuration, read so that what is missing or out of range is named.</summary>
internal sealed class SettingsSection
{
    private readonly string _path;
    private readonly Config _values;

    /// <summary>The section at <paramref name="path"/>, which <paramref name="file"/> has.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public SettingsSection(Config configuration, string path, string file)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _path = path;
        var values = configuration.GetConfig(path);
        if (values is null || values.IsEmpty)
            throw new InvalidInputException($"the Akka configuration has no section {path}; expected {file}");
        _values = values;
    }

    /// <summary>Whether the section has that key.</summary>
    public bool Has(string key) => _values.HasPath(key);

    /// <summary>A duration above zero.</summary>
    public TimeSpan Duration(string key)
    {
        var value = Read<TimeSpan>(key, values => values.GetTimeSpan(key));
        return value > TimeSpan.Zero ? value.Value :
            throw new InvalidInputException($"{_path}.{key}: expected a duration above zero, as in 5s");
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Number(string key, int least)
    {
        var value = Read<int>(key, values => values.GetInt(key));
        return value >= least ? value.Value :
            throw new InvalidInputException($"{_path}.{key}: expected a whole number of at least {least}");
    }

    /// <summary>A size of 1 byte to <paramref name="most"/> bytes.</summary>
    public long Bytes(string key, long most) =>
        Read(key, values => values.GetByteSize(key, null)) is { } value && value > 0 && value <= most ? value :
            throw new InvalidInputException($"{_path}.{key}: expected a size from 1b to {most}b, as in 64KiB");

    // Null where there is none or it is of another kind.
    private T? Read<T>(string key, Func<Config, T?> read) where T : struct
    {
        try
        {
            return Has(key) ? read(_values) : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }
}
