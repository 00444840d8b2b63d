#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property TreatWarningsAsErrors=false

// PyTorch's library (LibTorch) from .NET on the network of the Fashion-MNIST recipe: seconds of an epoch of 60,000 random samples, without
// filling batches, the fastest of three.
//     dotnet run bench/peers/libtorch.cs THREADS [bf16]
// Needs a C++ library of GCC 13 or later (GLIBCXX_3.4.32); where it lacks, publish for linux-x64 and run where there is one.
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const int Batch = 128, Steps = 60_000 / Batch, Measured = Steps / 10;
set_num_threads(int.Parse(args[0], CultureInfo.InvariantCulture));
var type = args.Contains("bf16") ? ScalarType.BFloat16 : ScalarType.Float32;
var model = Sequential(
    Linear(784, 1000), ReLU(), Dropout(0.3), Linear(1000, 1000), ReLU(), Dropout(0.3), Linear(1000, 1000), ReLU(), Dropout(0.3),
    Linear(1000, 10));
model.to(type);
var optimizer = optim.SGD(model.parameters(), 0.01, 0.9, weight_decay: 2e-4);
using var x = randn(Batch, 784, dtype: type);
using var y = randint(0, 10, Batch, dtype: ScalarType.Int64);
model.train();
var fastest = double.PositiveInfinity;
for (var round = 0; round < 4; round++)
{
    var started = Stopwatch.GetTimestamp();
    for (var step = 0; step < Measured; step++)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        functional.cross_entropy(model.forward(x).to(ScalarType.Float32), y).backward();
        optimizer.step();
    }
    var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds * Steps / Measured;
    if (round > 0) fastest = Math.Min(fastest, seconds);
}
Console.WriteLine(fastest.ToString("0.000", CultureInfo.InvariantCulture));
