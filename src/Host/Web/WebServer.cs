using System.Net.Sockets;
using ActorSparse.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace ActorSparse.Host.Web;

/// <summary>
/// A web server within this process: /health, /metrics for Prometheus, and what its owner maps. Its settings are the command's options alone, and
/// signals are the command's: no file and no variable that ASP.NET Core reads by itself changes anything.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(5);
    private readonly WebApplication _application;

    private WebServer(WebApplication application, Uri url) => (_application, Url) = (application, url);

    /// <summary>Where it is, with the port that it got.</summary>
    public Uri Url { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="source">The option that says so, for messages.</param>
    /// <param name="limits">Sets bounds of requests.</param>
    /// <param name="services">Adds services, health checks among them.</param>
    /// <param name="meters">Names of the meters whose numbers /metrics has.</param>
    /// <param name="map">Maps what else there is.</param>
    /// <exception cref="InvalidInputException">The address is taken, or is none of this machine.</exception>
    public static WebServer Start(
        ListenAddress address, string source, Action<KestrelServerLimits> limits, Action<IServiceCollection> services, string[] meters,
        Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            limits(options.Limits);
            options.Listen(address.Address, address.Port);
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_shutdownTimeout);
        builder.Services.AddRoutingCore();
        builder.Services.AddHealthChecks();
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("actorsparse"))
            .WithMetrics(metrics => metrics.AddMeter(meters).AddPrometheusExporter());
        // Another site's page that gives its own name this address could read what is meant for this machine.
        if (address.IsLoopback) builder.Services.AddHostFiltering(options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        services(builder.Services);
        var application = builder.Build();
        if (address.IsLoopback) application.UseHostFiltering();
        application.UseRouting();
        map(application);
        application.MapHealthChecks("/health");
        application.MapPrometheusScrapingEndpoint("/metrics");
        try
        {
            application.StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            application.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw new InvalidInputException($"{source}: {address} cannot be listened at ({(error.InnerException ?? error).Message}); "
                + "expected an address of this machine and a free port", error);
        }
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(application, new(bound));
    }

    /// <summary>Takes no more requests and ends, once those under way are answered, or cut off after some seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    // ASP.NET Core's own would take over Ctrl-C.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
