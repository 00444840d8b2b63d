namespace Akka.Configuration.Hocon;

/// <summary>An object as written, not yet resolved.</summary>
internal sealed class HoconFields
{
    internal Dictionary<string, HoconField> Items { get; } = [];

    internal HoconField this[string key]
    {
        get
        {
            if (!Items.TryGetValue(key, out var field))
                field = Items[key] = new HoconField();

            return field;
        }
    }

    internal void MergeIn(HoconFields later)
    {
        foreach (var (key, field) in later.Items)
            field.Assignments.ForEach(this[key].Assign);
    }
}
