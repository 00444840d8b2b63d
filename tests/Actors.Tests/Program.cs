using System.Globalization;
using ActorSparse.Actors.Tests.Simulation;

// FIRST LAST: the digests of these seeds, for a comparison with those of another process.
var (first, last) = (long.Parse(args[0], CultureInfo.InvariantCulture), long.Parse(args[1], CultureInfo.InvariantCulture));
foreach (var line in Scenarios.Digests(first, last)) Console.WriteLine(line);
