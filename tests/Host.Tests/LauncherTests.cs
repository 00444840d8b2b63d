using System.Diagnostics;

namespace ActorSparse.Host.Tests;

/// <summary>The script that starts the program, with other programs in place of dotnet and of what fetches data.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _clone;

    // A clone below a folder that is called as that of the build.
    public LauncherTests()
    {
        _clone = _folder.At("artifacts", "clone");
        foreach (var folder in (string[])["eng", "src", "hocon", "bin", "artifacts/bin/ActorSparse.Host/release"])
            Directory.CreateDirectory(Path.Combine(_clone, folder));
        foreach (var file in (string[])["actorsparse", "eng/common.sh"])
            File.Copy(Path.Combine(DocumentationTests.Root, file), Path.Combine(_clone, file));
        File.WriteAllText(Path.Combine(_clone, "Directory.Build.props"), "");
        Script("eng/fetch-data.sh", "echo fetch \"$@\"");
        Script("bin/dotnet", "[ \"$1\" = --version ] || echo run \"${@:2}\"");
        File.WriteAllText(Path.Combine(_clone, "artifacts/bin/ActorSparse.Host/release/actorsparse.dll"), "");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train fashion-mnist", "fetch fashion-mnist \n")]
    [InlineData("train fashion-mnist-guided --data-dir here", "fetch fashion-mnist here\n")]
    [InlineData("train fashion-mnist --data-dir=here", "fetch fashion-mnist here\n")]
    [InlineData("train fashion-mnist --help", "")]
    [InlineData("train fashion-mnist --train mine.csv", "")]
    [InlineData("train fashion-mnist --train=mine.csv", "")]
    [InlineData("train madelon", "")]
    public async Task Data_are_fetched_for_runs_that_need_them(string arguments, string fetched)
    {
        if (OperatingSystem.IsWindows()) return;
        var start = new ProcessStartInfo(Path.Combine(_clone, "actorsparse"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(_clone, "bin")}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        Assert.Equal($"{fetched}run {arguments}\n", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await error));
    }

    private void Script(string name, string text)
    {
        var path = Path.Combine(_clone, name);
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + text + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
