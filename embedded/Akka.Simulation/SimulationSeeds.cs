using System.Globalization;

namespace Akka.Simulation;

/// <summary>Runs a scenario for many seeds: the test's, or those in <c>ACTORSPARSE_SIMULATION_SEEDS</c> as FROM-TO or SEED.</summary>
public static class SimulationSeeds
{
    private const string Variable = "ACTORSPARSE_SIMULATION_SEEDS";

    /// <summary>The command that runs one seed again.</summary>
    public static string CommandFor(long seed) =>
        string.Create(CultureInfo.InvariantCulture, $"{Variable}={seed} ./test --runtime embedded --filter Simulation");

    /// <summary>Runs a scenario for all seeds from <paramref name="from"/> to <paramref name="to"/>, or the environment's.</summary>
    /// <exception cref="SimulationException">The scenario failed for a seed; the message says how to replay it.</exception>
    public static void ForEach(long from, long to, Action<long> scenario)
    {
        (from, to) = Parse(Environment.GetEnvironmentVariable(Variable)) ?? (from, to);
        RunAll(from, to, scenario);
    }

    internal static void RunAll(long from, long to, Action<long> scenario)
    {
        for (var seed = from; seed <= to; seed++)
        {
            try
            {
                scenario(seed);
            }
            catch (Exception exception) when (exception is not SimulationException)
            {
                throw new SimulationException($"Seed {seed}: {exception.Message}\nReplay: {CommandFor(seed)}", exception);
            }
        }
    }

    /// <summary>The seeds that <c>FROM-TO</c> or <c>SEED</c> names; null for no text.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    internal static (long From, long To)? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;

        var bounds = text.Split('-');
        return bounds.Length <= 2
            && long.TryParse(bounds[0], CultureInfo.InvariantCulture, out var from)
            && long.TryParse(bounds[^1], CultureInfo.InvariantCulture, out var to)
            && from <= to
            ? (from, to)
            : throw new FormatException($"{Variable} is '{text}'; expected a seed, or two as FROM-TO");
    }
}
