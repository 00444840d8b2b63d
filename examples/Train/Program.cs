// Trains on a table with workers, measures and saves: dotnet run -c Release --project examples/Train SAMPLES NETWORK
using ActorSparse.Actors;
using ActorSparse.Model;
using ActorSparse.Model.Data;

if (args is not [var samples, var path])
{
    Console.Error.WriteLine("expected a file of samples, whose last column is the class, and where to save the network");
    return 2;
}
// A fifth of the samples is held out to test on.
using var data = DataSource.Load(new() { Train = samples });
var trainer = new Trainer
{
    Epochs = 20,
    OnEpoch = epoch => Console.WriteLine($"epoch {epoch.Epoch}: loss {epoch.Loss:0.0000}, test accuracy {epoch.TestScore:0.0000}"),
};
using var network = await trainer.TrainAsync(data);
Console.WriteLine($"{network.Network.ConnectionCount:N0} connections, test accuracy {network.Evaluate(data.Test).Score:0.0000}");
network.Save(path);
return 0;
