using System.Text;

namespace ActorSparse.Model.Data;

/// <summary>Encodings of text files by their names.</summary>
internal static class TextEncoding
{
    private const int Windows1252 = 1252;

    private static readonly (string Name, Func<Encoding> Encoding)[] s_all =
    [
        ("utf-8", () => new UTF8Encoding(false, true)), ("latin-1", () => Encoding.Latin1), ("iso-8859-1", () => Encoding.Latin1),
        ("utf-16", () => new UnicodeEncoding(false, false, true)), ("utf-16be", () => new UnicodeEncoding(true, false, true)),
        ("windows-1252", () => CodePagesEncodingProvider.Instance.GetEncoding(Windows1252)!),
    ];

    /// <summary>The encoding called <paramref name="name"/>, in any case.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static Encoding Parse(string name) =>
        Array.Find(s_all, encoding => encoding.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Encoding?.Invoke()
            ?? throw new InvalidInputException($"'{name}': expected one of {string.Join(", ", s_all.Select(encoding => encoding.Name))}");
}
