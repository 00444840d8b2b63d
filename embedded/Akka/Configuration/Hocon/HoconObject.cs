namespace Akka.Configuration.Hocon;

/// <summary>Keys and their values, in the order in which the keys were first written.</summary>
public class HoconObject
{
    /// <summary>The values by key; a key is one path segment without its quotes.</summary>
    public Dictionary<string, HoconValue> Items { get; } = [];

    /// <returns>The value of a key of this object, or null where it has none.</returns>
    public HoconValue? GetKey(string key) => Items.GetValueOrDefault(key);

    public override string ToString() => HoconWriter.Write(this);

    /// <summary>This object on top of another: its values win, except that two objects of the same key merge.</summary>
    internal HoconObject MergedOver(HoconObject fallback)
    {
        var merged = new HoconObject();
        foreach (var (key, value) in Items)
            merged.Items[key] = fallback.Items.TryGetValue(key, out var below) ? value.MergedOver(below) : value;

        foreach (var (key, value) in fallback.Items)
            merged.Items.TryAdd(key, value);

        return merged;
    }
}
