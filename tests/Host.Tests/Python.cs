using System.Diagnostics;

namespace ActorSparse.Host.Tests;

/// <summary>The Python of this machine that has NumPy.</summary>
internal static class Python
{
    private static readonly Lazy<string?> s_path = new(() =>
        new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(path => Start(path, "import numpy", Path.GetTempPath()) is (0, _, _)));

    /// <summary>Runs <paramref name="program"/> in <paramref name="folder"/> and returns what it prints.</summary>
    public static string Run(string program, string folder)
    {
        Assert.True(s_path.Value is not null, "no Python with NumPy here: install Debian's python3-numpy, or run ./test as root, which does");
        var (exitCode, output, error) = Start(s_path.Value, program, folder)!.Value;
        Assert.True(exitCode == 0, error);
        return output;
    }

    private static (int ExitCode, string Output, string Error)? Start(string path, string program, string folder)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, ["-c", program])
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
