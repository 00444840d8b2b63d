using System.Text.RegularExpressions;
using ActorSparse.Host.Commands;
using ActorSparse.Host.Configuration;

namespace ActorSparse.Host.Tests;

/// <summary>Keeps the pages for users in step with the program.</summary>
public class DocumentationTests
{
    private static readonly string[] s_general = ["--help", "--version"];

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/running.md")]
    [InlineData("docs/checkpoints.md")]
    [InlineData("docs/cluster.md")]
    [InlineData("docs/recovery.md")]
    [InlineData("docs/serving.md")]
    [InlineData("docs/watching.md")]
    public void Every_option_that_a_page_names_exists(string page)
    {
        var known = OptionTable.All.Select(option => "--" + option.Name).Concat(s_general).ToHashSet();
        foreach (Match match in Regex.Matches(Read(page), @"(?<![\w-])--[a-z][a-z-]*"))
            Assert.True(known.Contains(match.Value), $"{page} names {match.Value}");
    }

    [Fact]
    public void The_page_on_running_names_every_recipe_and_command()
    {
        var page = Read("docs/running.md");
        foreach (var recipe in RecipeFile.BuiltInNames) Assert.Contains($"`{recipe}`", page);
        foreach (var measurement in BenchCommand.Measurements)
        {
            Assert.Matches($@"`bench [^`]*\b{measurement}\b", page);
            Assert.Contains(CommandList.All, command => Regex.IsMatch(command.ArgumentHelp, $@"\b{measurement} \("));
        }
        foreach (var command in CommandList.All) Assert.Contains($"`{command.Verb}", page);
    }

    /// <summary>The first block of code in <paramref name="language"/> on a page.</summary>
    internal static string CodeBlock(string page, string language) =>
        Regex.Match(Read(page), $@"^```{language}\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Groups["code"].Value;

    /// <summary>The folder of the clone.</summary>
    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "ActorSparse.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));
}
