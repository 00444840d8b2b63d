using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Prediction;

/// <summary>Predictions as a JSON object a line.</summary>
internal sealed class JsonPredictionWriter(TextWriter writer, PredictedValues values, bool withOutputs, IReadOnlyList<string>? names = null)
    : IPredictionWriter
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly PredictionJson _prediction = new(values, withOutputs);

    /// <summary>There is nothing before the first sample.</summary>
    public void Begin(int outputs) { }

    /// <summary>The line of one sample.</summary>
    public void Write(int sample, int predictedClass, ReadOnlySpan<float> outputs)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, PredictionJson.Options))
            _prediction.Write(json, sample, names?[sample], predictedClass, outputs);
        writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Write('\n');
    }
}
