using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using ActorSparse.Host.Configuration;
using ActorSparse.Model;

namespace ActorSparse.Host.Commands;

/// <summary>Builds the command line from the commands and the option table, and runs what was asked for.</summary>
internal static class CommandLine
{
    private const string Description =
        "Trains truly sparse neural networks: only connections that exist are stored and computed.";

    /// <summary>Runs the process's command line and returns its exit code.</summary>
    public static int Run(string[] arguments, TextWriter output, TextWriter error) => Run(CommandList.All, arguments, Environment(), output, error);

    internal static int Run(
        IReadOnlyList<CommandDefinition> definitions,
        string[] arguments,
        IReadOnlyDictionary<string, string> environment,
        TextWriter output,
        TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var exitCode = ExitCodes.Done;
        var root = new RootCommand(Description);
        foreach (var definition in definitions)
            root.Add(Build(definition, context => exitCode = definition.Run(context), environment, output, error));
        var parsed = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        try
        {
            if (!AsksForHelp(arguments) && Complaint(parsed, definitions) is { } complaint) throw new InvalidInputException(complaint);
            var status = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error });
            return exitCode != ExitCodes.Done ? exitCode : status;
        }
        catch (InvalidInputException problem)
        {
            error.WriteLine($"actorsparse: {problem.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.BadInput;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"actorsparse: {problem.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Failed;
        }
    }

    private static Command Build(
        CommandDefinition definition,
        Action<CommandContext> run,
        IReadOnlyDictionary<string, string> environment,
        TextWriter output,
        TextWriter error)
    {
        var command = new Command(definition.Verb, definition.Help);
        var argument = new Argument<string?>(definition.ArgumentName)
        {
            Description = definition.ArgumentHelp,
            Arity = definition.ArgumentRequired ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        };
        command.Add(argument);
        var options = OptionTable.For(definition.Verb).ToDictionary(option => option.Name, Build);
        foreach (var option in options.Values) command.Add(option);
        command.SetAction(parsed =>
        {
            var given = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, option) in options)
            {
                if (parsed.GetResult(option) is not { Implicit: false } result) continue;
                if (result.IdentifierTokenCount > 1) throw new InvalidInputException($"command line: --{name} is given {result.IdentifierTokenCount} times");
                given[name] = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "true";
            }
            run(new(definition.Verb, parsed.GetValue(argument), given, environment, output, error));
        });
        return command;
    }

    private static Option Build(OptionDefinition definition)
    {
        var help = definition switch
        {
            { Choices.Count: > 0 } => $"{definition.Help}: {string.Join(", ", definition.Choices)}",
            _ => definition.Help,
        };
        if (definition.Default is { } value) help += $" [default: {value}]";
        var name = "--" + definition.Name;
        string[] aliases = definition.Alias is { } alias ? ["--" + alias] : [];
        return definition.Kind == OptionKind.Flag
            ? new Option<bool?>(name, aliases) { Description = help, Arity = ArgumentArity.ZeroOrOne }
            : new Option<string>(name, aliases) { Description = help, HelpName = definition.ValueName, Arity = ArgumentArity.ExactlyOne };
    }

    private static bool AsksForHelp(string[] arguments) => arguments.Any(argument => argument is "--help" or "-h" or "-?");

    private static string? Complaint(ParseResult parsed, IReadOnlyList<CommandDefinition> definitions)
    {
        var verbs = definitions.Select(definition => definition.Verb).ToList();
        var verb = parsed.CommandResult.Command.Name;
        if (!verbs.Contains(verb) && parsed.Errors.Count > 0)
            return parsed.UnmatchedTokens.Count > 0
                ? $"there is no command '{parsed.UnmatchedTokens[0]}'{Suggestion.For(parsed.UnmatchedTokens[0], verbs)}; expected one of {string.Join(", ", verbs)}"
                : $"expected a command: one of {string.Join(", ", verbs)}; actorsparse --help describes them";
        // A misspelt option may have been taken for the command's argument.
        var unknown = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens).FirstOrDefault(token => token.StartsWith('-'));
        if (unknown is not null)
            return $"{verb}: unknown option {unknown}{Suggestion.For(unknown, OptionTable.For(verb).Select(option => "--" + option.Name))}; "
                + $"actorsparse {verb} --help lists the options";
        if (parsed.Errors.Count == 0) return null;
        return parsed.UnmatchedTokens.Count > 0 ? $"{verb}: '{parsed.UnmatchedTokens[0]}' is one argument too many" : $"{verb}: {parsed.Errors[0].Message}";
    }

    private static Dictionary<string, string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
