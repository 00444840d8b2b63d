// Answers over HTTP: dotnet run -c Release --project examples/Serve NETWORK --urls http://127.0.0.1:8080
// and then: curl -H 'Content-Type: application/json' -d '[5.9, 3, 4.2, 1.5]' http://127.0.0.1:8080/predict
using ActorSparse.Model;

if (args is not [var path, ..])
{
    Console.Error.WriteLine("expected a network: a file that was saved, or a run's checkpoints/best.safetensors");
    return 2;
}
using var network = TrainedNetwork.Load(path);
var app = WebApplication.Create(args[1..]);
app.MapGet("/", () => new { features = network.Schema.FeatureCount, classes = network.Schema.ClassNames });
app.MapPost("/predict", (float[] features) =>
{
    try
    {
        return Results.Ok(network.Predict(features));
    }
    catch (InvalidInputException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});
app.Run();
return 0;
