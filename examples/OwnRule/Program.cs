// Trains with a topology rule of one's own, and with SET to compare: dotnet run -c Release --project examples/OwnRule SAMPLES
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using OwnRule;

if (args is not [var samples])
{
    Console.Error.WriteLine("expected a file of samples, whose last column is the class");
    return 2;
}
using var data = DataSource.Load(new() { Train = samples });
foreach (var rule in (ITopologyRule[])[new SetRule(), new PreferentialRule()])
{
    using var network = new Trainer { HiddenLayers = [100, 100], Epochs = 20, Rule = rule }.Train(data);
    var connections = network.Network.Parameters.Sparse[1].Topology;
    var busiest = Enumerable.Range(0, connections.OutputCount).SelectMany(row => connections.Row(row).ToArray())
        .CountBy(input => input).Max(input => input.Value);
    Console.WriteLine(
        $"{rule.Name}: test accuracy {network.Evaluate(data.Test).Score:0.0000}, the busiest hidden neuron feeds {busiest} of "
        + $"{connections.ConnectionCount} connections");
}
return 0;
