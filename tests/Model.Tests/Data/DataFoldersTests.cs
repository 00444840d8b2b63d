using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

public sealed class DataFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Places_are_tried_in_the_documented_order()
    {
        string[] places = ["given", "given/set", "variable", "variable/set", "user/actorsparse/set", "system/set"];
        foreach (var place in places)
        {
            _folder.Write($"{place}/a", "a");
            _folder.Write($"{place}/b.gz", "b");
        }
        _environment["ACTORSPARSE_DATA"] = In("variable");
        _environment["XDG_DATA_HOME"] = In("user");
        foreach (var place in places)
        {
            Assert.Equal([In(place, "a"), In(place, "b.gz")], Find("given"));
            File.Delete(In(place, "a"));
        }
        var error = Assert.Throws<InvalidInputException>(() => Find("given"));
        var looked = string.Join(", ", places.Select(place => In(place) + " (there without a)"));
        Assert.Equal($"set: not found; looked in {looked}; do something", error.Message);
    }

    [Fact]
    public void Without_XDG_DATA_HOME_the_users_folder_is_below_home()
    {
        _environment["HOME"] = In("home");
        _folder.Write("home/.local/share/actorsparse/set/a", "a");
        _folder.Write("home/.local/share/actorsparse/set/b", "b");
        Assert.Equal(In("home/.local/share/actorsparse/set", "a"), Find(null)[0]);
    }

    [Fact]
    public void A_given_folder_that_does_not_exist_is_refused() =>
        Assert.StartsWith($"{In("none")}: no such folder", Assert.Throws<InvalidInputException>(() => Find("none")).Message,
            StringComparison.Ordinal);

    private string[] Find(string? given) =>
        new DataFolders(given is null ? null : In(given), name => _environment.GetValueOrDefault(name), In("system"))
            .Find("set", ["a", "b"], "do something");

    private string In(params string[] parts) => Path.Combine([_folder.Root, .. parts]);
}
