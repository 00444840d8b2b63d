using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ActorSparse.Host.Prediction;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// The measured loop behind `actorsparse bench serve`: a server in this process is asked for one sample a request, over sockets and at a
/// fixed rate (an open loop: a slow answer does not hold back the next request, and its time counts from when the request was due), beside
/// what predict takes for the same samples.
/// </summary>
internal static class ServingBenchmark
{
    private const int SamplesMax = 1000, Repetitions = 200, WarmUpSeconds = 1;

    // More are under way only if the server has fallen behind for good.
    private const int UnderWayMax = 1024;

    /// <summary>Measures and writes a few lines.</summary>
    public static async Task RunAsync(
        ServingBenchmarkOptions options, Checkpoint checkpoint, string name, DataOptions data, Dataset samples, NetworkCompute compute,
        TextWriter output)
    {
        if (samples is not DenseDataset dense) throw new InvalidInputException($"{samples.Name}: is sparse; expected dense samples to send");
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine(string.Create(culture,
            $"{name}: {checkpoint.Network.Spec.Describe()}, {checkpoint.Network.ConnectionCount:N0} connections, "
                + $"kernels {compute.Kernels}, {compute.Threads} threads"));
        foreach (var batch in (int[])[1, Workspaces.BatchMax])
            output.WriteLine(string.Create(culture,
                $"predict   batches of {batch,3}: {1e6 * SecondsOf(compute, checkpoint, dense, batch):N1} us a sample (median of {Repetitions})"));
        byte[][] bodies = [.. Enumerable.Range(0, Math.Min(SamplesMax, dense.SampleCount)).Select(sample => Body(dense, sample))];
        await using var server = new PredictionServer(
            checkpoint, name, data, compute, new() { Address = new(IPAddress.Loopback, 0), RequestsMax = UnderWayMax }, output);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Url };
        _ = await new OpenLoop(client, bodies, options.Rate, WarmUpSeconds, UnderWayMax).RunAsync().ConfigureAwait(false);
        var (times, refused, failed) = await new OpenLoop(client, bodies, options.Rate, options.Seconds, UnderWayMax).RunAsync().ConfigureAwait(false);
        output.WriteLine(string.Create(culture,
            $"serve     {options.Rate:0.#} requests/s for {options.Seconds} s: {times.Count:N0} answered, {refused} refused, {failed} failed"));
        if (times.Count == 0) return;
        times.Sort();
        double At(double share) => 1000 * times[Math.Min(times.Count - 1, (int)(share * times.Count))];
        output.WriteLine(string.Create(culture,
            $"latency   p50 {At(0.5):0.00} ms, p90 {At(0.9):0.00} ms, p99 {At(0.99):0.00} ms, p99.9 {At(0.999):0.00} ms, "
                + $"max {At(1):0.00} ms"));
    }

    private static double SecondsOf(NetworkCompute compute, Checkpoint checkpoint, Dataset samples, int batch)
    {
        using var workspaces = new Workspaces(checkpoint.Network.Spec);
        using var some = samples.Select([.. Enumerable.Range(0, batch).Select(index => index % samples.SampleCount)]);
        var times = new double[Repetitions];
        for (var repetition = 0; repetition < times.Length; repetition++)
        {
            var began = Stopwatch.GetTimestamp();
            Evaluator.Predict(compute, checkpoint.Network, some, workspaces, (_, _, _) => { });
            times[repetition] = Stopwatch.GetElapsedTime(began).TotalSeconds / batch;
        }
        Array.Sort(times);
        return times[times.Length / 2];
    }

    private static byte[] Body(DenseDataset samples, int sample)
    {
        var values = new float[samples.FeatureCount];
        samples.CopySample(sample, values);
        return JsonSerializer.SerializeToUtf8Bytes(values);
    }

    private sealed class OpenLoop(HttpClient client, byte[][] bodies, double rate, int seconds, int underWayMax)
    {
        private readonly Lock _gate = new();
        private readonly List<double> _times = new((int)(rate * seconds) + 1);
        private int _refused, _failed, _underWay;

        public async Task<(List<double> Times, int Refused, int Failed)> RunAsync()
        {
            var began = Stopwatch.GetTimestamp();
            var requests = new List<Task>();
            // A thread of its own: the pool is busy with the server.
            await Task.Factory.StartNew(() =>
            {
                for (var index = 0; index < rate * seconds; index++)
                {
                    var due = index / rate;
                    // Sleep is of whole milliseconds: what is left of one is waited for, or answers would come before they were due.
                    var left = (int)(1000 * (due - Stopwatch.GetElapsedTime(began).TotalSeconds));
                    if (left > 0) Thread.Sleep(left);
                    while (Stopwatch.GetElapsedTime(began).TotalSeconds < due) Thread.SpinWait(20);
                    if (Volatile.Read(ref _underWay) >= underWayMax) Interlocked.Increment(ref _failed);
                    else requests.Add(Task.Run(() => SendAsync(bodies[index % bodies.Length], began, due)));
                }
            }, TaskCreationOptions.LongRunning).ConfigureAwait(false);
            await Task.WhenAll(requests).ConfigureAwait(false);
            return (_times, _refused, _failed);
        }

        private async Task SendAsync(byte[] body, long began, double due)
        {
            Interlocked.Increment(ref _underWay);
            try
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await client.PostAsync(new Uri("/predict", UriKind.Relative), content).ConfigureAwait(false);
                var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds - due;
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) Interlocked.Increment(ref _refused);
                else if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref _failed);
                else lock (_gate) _times.Add(seconds);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _failed);
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }
        }
    }
}
