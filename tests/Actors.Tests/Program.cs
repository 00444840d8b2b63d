using System.Globalization;
using ActorSparse.Actors.Tests.Simulation;

// FROM TO: the digests of these seeds, for a comparison with those of another process.
var (from, to) = (long.Parse(args[0], CultureInfo.InvariantCulture), long.Parse(args[1], CultureInfo.InvariantCulture));
foreach (var line in TrainingSimulationTests.Digests(from, to)) Console.WriteLine(line);
