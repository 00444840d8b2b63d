using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using ActorSparse.Host.Web;
using ActorSparse.Model.Coordination;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorSparse.Host.Watching;

/// <summary>
/// The page of a run, served while it goes on (docs/watching.md). What clients get is rendered when one of them asks and once a second for
/// all of them together; a slow one misses what came meanwhile, and nothing waits for it or piles up.
/// </summary>
internal sealed class Dashboard : IDisposable
{
    private const int ConnectionsMax = 256, BodyMax = 0;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly RunWatch _watch;
    private readonly WebServer _server;
    private readonly Lock _gate = new();
    private string[] _parts = [];
    private long _renderedAt;
    private CancellationToken _stopping;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="Model.InvalidInputException">The address is taken, or is none of this machine.</exception>
    public Dashboard(ListenAddress address, string source, RunWatch watch)
    {
        _watch = watch;
        _server = WebServer.Start(address, source, limits =>
        {
            limits.MaxConcurrentConnections = ConnectionsMax;
            limits.MaxRequestBodySize = BodyMax;
        }, services => services.AddHealthChecks().AddCheck("training", Check), [TrainingMeter.MeterName], Map);
    }

    /// <summary>Where it is.</summary>
    public Uri Url => _server.Url;

    /// <inheritdoc/>
    public void Dispose() => _server.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Map(WebApplication application)
    {
        _stopping = application.Lifetime.ApplicationStopping;
        application.MapGet("/", () =>
            TypedResults.Content(DashboardPage.Render(_watch.View().Name, Current()), "text/html; charset=utf-8", Encoding.UTF8));
        application.MapGet("/live", (CancellationToken aborted) => TypedResults.ServerSentEvents(StreamAsync(aborted)));
    }

    private async IAsyncEnumerable<SseItem<string>> StreamAsync([EnumeratorCancellation] CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, _stopping);
        string[] sent = [];
        while (true)
        {
            var parts = Current();
            for (var part = 0; part < parts.Length; part++)
                if (sent.Length == 0 || parts[part] != sent[part]) yield return new(parts[part], DashboardPage.Parts[part]);
            sent = parts;
            // The last thing they are sent is how it ended.
            if (ended.IsCancellationRequested) yield break;
            await Task.Delay(s_interval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string[] Current()
    {
        lock (_gate)
        {
            var isFresh = _parts.Length > 0 && Stopwatch.GetElapsedTime(_renderedAt) < s_interval / 2;
            if (isFresh && !_stopping.IsCancellationRequested) return _parts;
            (_renderedAt, _parts) = (Stopwatch.GetTimestamp(), DashboardPage.RenderParts(_watch.View()));
            return _parts;
        }
    }

    private HealthCheckResult Check()
    {
        var view = _watch.View();
        if (view.IsUnwritten) return HealthCheckResult.Degraded("checkpoints cannot be written");
        if (view.Progress is null) return HealthCheckResult.Degraded("training has not begun");
        return view.Status is { WorkersAlive: 0, Phase: not RunPhase.Finished }
            ? HealthCheckResult.Degraded("no worker takes part") : HealthCheckResult.Healthy();
    }
}
