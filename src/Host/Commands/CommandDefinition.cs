namespace ActorSparse.Host.Commands;

/// <summary>One command of the command line.</summary>
/// <param name="Verb">Its name.</param>
/// <param name="Help">One line for help.</param>
/// <param name="ArgumentName">Name of its argument.</param>
/// <param name="ArgumentHelp">What the argument is.</param>
/// <param name="ArgumentRequired">Whether the argument must be given.</param>
/// <param name="Run">Does it and returns the exit code.</param>
internal sealed record CommandDefinition(
    string Verb, string Help, string ArgumentName, string ArgumentHelp, bool ArgumentRequired, Func<CommandContext, int> Run);
