using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Writes values as HOCON that reads back as the same values.</summary>
internal static class HoconWriter
{
    private const int SpacesPerLevel = 2;

    internal static string Write(HoconObject root)
    {
        var text = new StringBuilder();
        WriteItems(text, root, 0);
        return text.ToString();
    }

    internal static string Write(HoconValue value)
    {
        var text = new StringBuilder();
        WriteValue(text, value, 0);
        return text.ToString();
    }

    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append($"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static void WriteItems(StringBuilder text, HoconObject items, int level)
    {
        foreach (var (key, value) in items.Items)
        {
            text.Append(' ', level * SpacesPerLevel).Append(HoconPath.FormatSegment(key)).Append(" : ");
            WriteValue(text, value, level);
            text.Append('\n');
        }
    }

    private static void WriteValue(StringBuilder text, HoconValue value, int level)
    {
        if (value.IsObject())
        {
            text.Append("{\n");
            WriteItems(text, value.GetObject(), level + 1);
            text.Append(' ', level * SpacesPerLevel).Append('}');
        }
        else if (value.IsArray())
        {
            text.Append('[');
            var separator = "";
            foreach (var element in value.GetArray())
            {
                text.Append(separator);
                WriteValue(text, element, level);
                separator = ", ";
            }

            text.Append(']');
        }
        else
        {
            text.Append(value.Text is not { } scalar ? "null" : IsPlain(scalar) ? scalar : Quote(scalar));
        }
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text != "null" && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
