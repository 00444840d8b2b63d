using Akka.Simulation.Tests;

// For a comparison with another process.
Console.WriteLine(OrderTests.FamilyTraces());
