using ActorSparse.Bench.EmbeddedAkka;
using BenchmarkDotNet.Running;

if (args is ["akka", ..])
    return await RuntimeBenchmark.Run();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
