#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property TreatWarningsAsErrors=false

// PyTorch's library (LibTorch) from .NET on the network of the Fashion-MNIST recipe: 784-1000-1000-1000-10, ReLU, dropout, batches of 128.
//     dotnet run bench/peers/libtorch.cs epoch THREADS [bf16]
//     dotnet run bench/peers/libtorch.cs train THREADS EPOCHS DIR [bf16]
// "epoch" prints the seconds of the fastest of three epochs of 60,000 random samples, without filling batches; with bf16 all numbers are.
// "train" prints a line for each epoch, test accuracy and the seconds of training so far, as mlp.py does; DIR holds the IDX files, packed or
// not. With bf16 it keeps parameters and AdamW's means in float32, as whoever wants accuracy does.
// Needs a C++ library of GCC 13 or later (GLIBCXX_3.4.32); where it lacks, publish for linux-x64 and run where there is one.
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const int Batch = 128;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var threads = int.Parse(args[1]);
var type = args.Contains("bf16") ? ScalarType.BFloat16 : ScalarType.Float32;
set_num_threads(threads);
random.manual_seed(1);
if (args[0] == "train") Train(int.Parse(args[2]), args[3]);
else MeasureEpoch();

void MeasureEpoch()
{
    const int Steps = 60_000 / Batch, Measured = Steps / 10;
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
    Console.WriteLine($"{fastest:0.000}");
}

void Train(int epochs, string folder)
{
    var (x, tests) = (Read("train-images-idx3-ubyte"), Read("t10k-images-idx3-ubyte"));
    var (y, labels) = (Read("train-labels-idx1-ubyte").flatten().to(ScalarType.Int64), Read("t10k-labels-idx1-ubyte").flatten());
    var (mean, deviation) = (x.mean([0]), x.std(0).clamp(min: 1e-6));
    (x, tests) = (((x - mean) / deviation).to(type), ((tests - mean) / deviation).to(type));
    Linear[] layers = [Linear(784, 1000), Linear(1000, 1000), Linear(1000, 1000), Linear(1000, 10)];
    var optimizer = optim.AdamW(layers.SelectMany(layer => layer.parameters()), 0.001);
    var steps = x.shape[0] / Batch;
    var schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * steps);
    var seconds = 0.0;
    for (var epoch = 0; epoch < epochs; epoch++)
    {
        using var order = randperm(x.shape[0]);
        var started = Stopwatch.GetTimestamp();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var chosen = order.slice(0, step * Batch, (step + 1) * Batch, 1);
            optimizer.zero_grad();
            functional.cross_entropy(Forward(layers, x[chosen], isTraining: true), y[chosen]).backward();
            optimizer.step();
            schedule.step();
        }
        seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
        using var rest = no_grad();
        using var measured = NewDisposeScope();
        var accuracy = (Forward(layers, tests, isTraining: false).argmax(1) == labels).to(ScalarType.Float32).mean().item<float>();
        Console.WriteLine($"{accuracy:0.0000} {seconds:0.00}");
    }

    Tensor Read(string name)
    {
        var path = Path.Combine(folder, name);
        using var raw = new MemoryStream();
        using (Stream source = File.Exists(path)
            ? File.OpenRead(path) : new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress)) source.CopyTo(raw);
        var bytes = raw.ToArray();
        var (start, count) = (4 + 4 * bytes[3], (bytes[4] << 24) | (bytes[5] << 16) | (bytes[6] << 8) | bytes[7]);
        return tensor(bytes[start..]).reshape(count, -1).to(ScalarType.Float32);
    }
}

Tensor Forward(Linear[] layers, Tensor x, bool isTraining)
{
    for (var layer = 0; layer < layers.Length; layer++)
    {
        if (layer > 0) x = functional.dropout(functional.relu(x), 0.3, isTraining);
        x = functional.linear(x, layers[layer].weight!.to(type), layers[layer].bias!.to(type));
    }
    return x.to(ScalarType.Float32);
}
