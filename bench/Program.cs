using ActorSparse.Bench.Protocol;
using BenchmarkDotNet.Running;

if (args is ["protocol", ..])
    return await ProtocolBenchmark.Run(args.ElementAtOrDefault(1) ?? "");
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
