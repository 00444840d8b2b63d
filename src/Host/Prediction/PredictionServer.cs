using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ActorSparse.Host.Web;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace ActorSparse.Host.Prediction;

/// <summary>Answers samples that are posted with what a checkpoint's network predicts for them (docs/serving.md).</summary>
internal sealed class PredictionServer : IAsyncDisposable
{
    private const string Limit = "predictions";
    private const int MegaByte = 1 << 20, ConnectionsPerRequest = 4;

    // A client that is slower only keeps a place from others.
    private static readonly MinDataRate s_bodyRate = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(5));

    private static readonly string[] s_meters = [ServingMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];
    private static readonly JsonSerializerOptions s_errors = new() { Encoder = PredictionJson.Options.Encoder };

    private readonly DataSchema _schema;
    private readonly SampleDecoder _decoder;
    private readonly PredictedValues _values;
    private readonly PredictionJson _json;
    private readonly byte[] _description;
    private readonly TextWriter _errors;
    private readonly ServingMetrics _metrics = new();
    private readonly Predictor _predictor;
    private readonly WebServer _server;

    /// <summary>Starts to listen.</summary>
    /// <param name="checkpoint">What to predict with, which stays the caller's and unchanged as long as this is there.</param>
    /// <param name="name">What the server calls it.</param>
    /// <param name="data">How tables are read.</param>
    /// <param name="compute">What computes, for this alone.</param>
    /// <param name="options">Where, and bounds.</param>
    /// <param name="errors">Is told what goes wrong on this side, a line each.</param>
    /// <exception cref="InvalidInputException">The checkpoint does not say what its data were, or nothing can listen there.</exception>
    public PredictionServer(
        Checkpoint checkpoint, string name, DataOptions data, NetworkCompute compute, ServingOptions options, TextWriter errors)
    {
        _schema = checkpoint.Schema ?? throw new InvalidInputException($"{name}: does not say how its training data were laid out");
        _errors = TextWriter.Synchronized(errors);
        _decoder = new(data, _schema, options.SamplesMax);
        _values = new(_schema);
        _json = new(_values, withOutputs: true);
        _description = ModelDescription.Json(name, checkpoint.Network, _schema, options);
        _predictor = new(checkpoint.Network, compute, _metrics);
        try
        {
            _server = WebServer.Start(options.Address, options.Source, limits =>
            {
                limits.MaxRequestBodySize = (long)options.BodyMegaBytesMax * MegaByte;
                limits.MaxConcurrentConnections = (long)options.RequestsMax * ConnectionsPerRequest;
                limits.MinRequestBodyDataRate = s_bodyRate;
            }, services => Configure(services, options), s_meters, Map);
        }
        catch
        {
            _predictor.Dispose();
            _metrics.Dispose();
            throw;
        }
    }

    /// <summary>Where it is.</summary>
    public Uri Url => _server.Url;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _predictor.Dispose();
        _metrics.Dispose();
    }

    private void Configure(IServiceCollection services, ServingOptions options)
    {
        services.AddHealthChecks().AddCheck("network", () =>
            _predictor.IsAlive ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("it answers no more"));
        // All that waits for the network is a request under way, so that this bounds the queue and the memory of bodies at once.
        services.AddRateLimiter(limiter =>
        {
            limiter.AddConcurrencyLimiter(Limit, permits => permits.PermitLimit = options.RequestsMax);
            limiter.OnRejected = (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                return new(WriteErrorAsync(rejected.HttpContext.Response, StatusCodes.Status503ServiceUnavailable,
                    string.Create(CultureInfo.InvariantCulture, $"{options.RequestsMax} requests are under way; expected fewer, try again")));
            };
        });
    }

    private void Map(WebApplication application)
    {
        application.UseRateLimiter();
        application.MapGet("/", context => WriteAsync(context.Response, "application/json", _description));
        application.MapPost("/predict", PredictAsync).RequireRateLimiting(Limit);
    }

    private async Task PredictAsync(HttpContext context)
    {
        try
        {
            var samples = await ReadAsync(context.Request).ConfigureAwait(false);
            if (samples is null)
            {
                await WriteErrorAsync(context.Response, StatusCodes.Status415UnsupportedMediaType,
                    $"Content-Type is '{context.Request.ContentType}'; expected application/json, text/csv, image/png or image/jpeg")
                    .ConfigureAwait(false);
                return;
            }
            using var pending = _predictor.Add(samples);
            // Not given up when the client is: the network may be at work on it, and will be done soon.
            await pending.Completion.ConfigureAwait(false);
            if (context.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase))
                await WriteCsvAsync(context.Response, pending).ConfigureAwait(false);
            else await WriteJsonAsync(context.Response, pending).ConfigureAwait(false);
        }
        catch (InvalidInputException problem)
        {
            await WriteErrorAsync(context.Response, StatusCodes.Status400BadRequest, problem.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException problem)
        {
            await WriteErrorAsync(context.Response, problem.StatusCode, problem.Message).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is not (IOException or OperationCanceledException) && !context.Response.HasStarted)
        {
            await _errors.WriteLineAsync($"actorsparse: a request failed: {problem}").ConfigureAwait(false);
            await WriteErrorAsync(context.Response, StatusCodes.Status500InternalServerError, "the network could not be run")
                .ConfigureAwait(false);
        }
    }

    // Null for a type that nothing is known of; without one it is taken for JSON.
    private async Task<Dataset?> ReadAsync(HttpRequest request)
    {
        var type = (request.ContentType ?? "application/json").Split(';')[0].Trim().ToUpperInvariant();
        if (type is not ("APPLICATION/JSON" or "TEXT/CSV" or "TEXT/PLAIN" or "IMAGE/PNG" or "IMAGE/JPEG")) return null;
        var reader = request.BodyReader;
        var read = await reader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(request.HttpContext.RequestAborted).ConfigureAwait(false);
        }
        try
        {
            return type switch
            {
                "APPLICATION/JSON" when read.Buffer.IsSingleSegment => _decoder.ReadJson(read.Buffer.FirstSpan),
                "APPLICATION/JSON" => _decoder.ReadJson(read.Buffer.ToArray()),
                "TEXT/CSV" or "TEXT/PLAIN" => _decoder.ReadText(read.Buffer.ToArray()),
                _ => _decoder.ReadImage(read.Buffer.ToArray()),
            };
        }
        finally
        {
            reader.AdvanceTo(read.Buffer.End);
        }
    }

    private async Task WriteJsonAsync(HttpResponse response, PendingPrediction pending)
    {
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, PredictionJson.Options);
        json.WriteStartObject();
        json.WriteStartArray("predictions");
        for (var sample = 0; sample < pending.Samples.SampleCount; sample++)
            _json.Write(json, sample, null, pending.Class(sample), pending.Outputs(sample));
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync().ConfigureAwait(false);
    }

    private async Task WriteCsvAsync(HttpResponse response, PendingPrediction pending)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var writer = new PredictionWriter(text, _values, withOutputs: true);
        writer.Begin(pending.OutputCount);
        for (var sample = 0; sample < pending.Samples.SampleCount; sample++)
            writer.Write(sample, pending.Class(sample), pending.Outputs(sample));
        response.ContentType = "text/csv; charset=utf-8";
        await response.WriteAsync(text.ToString()).ConfigureAwait(false);
    }

    private static Task WriteErrorAsync(HttpResponse response, int status, string message)
    {
        response.StatusCode = status;
        return WriteAsync(response, "application/json", JsonSerializer.SerializeToUtf8Bytes(new { error = message }, s_errors));
    }

    private static Task WriteAsync(HttpResponse response, string type, byte[] content)
    {
        response.ContentType = type;
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content).AsTask();
    }
}
