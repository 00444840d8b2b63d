using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Commands;

/// <summary>
/// Predictions as a JSON object a line: "sample", for samples that are files "file", and what is predicted: "class" and, if asked for,
/// "probabilities" by class; "targets" by name; or "labels" and "probabilities" by label. What is not finite is null.
/// </summary>
internal sealed class JsonPredictionWriter(TextWriter writer, PredictedValues values, bool withOutputs, IReadOnlyList<string>? names = null)
    : IPredictionWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>There is nothing before the first sample.</summary>
    public void Begin(int outputs) { }

    /// <summary>The line of one sample.</summary>
    public void Write(int sample, int predictedClass, ReadOnlySpan<float> outputs)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, s_options))
        {
            json.WriteStartObject();
            json.WriteNumber("sample", sample);
            if (names is not null) json.WriteString("file", names[sample]);
            if (values.Kind == TargetKind.Classes) json.WriteString("class", values.ClassName(predictedClass));
            if (values.Kind == TargetKind.LabelSets)
            {
                json.WriteStartArray("labels");
                foreach (var label in values.Labels(outputs)) json.WriteStringValue(label);
                json.WriteEndArray();
            }
            if (values.Kind != TargetKind.Classes || withOutputs) WriteOutputs(json, outputs);
            json.WriteEndObject();
        }
        writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        writer.Write('\n');
    }

    private void WriteOutputs(Utf8JsonWriter json, ReadOnlySpan<float> outputs)
    {
        json.WriteStartObject(values.Kind == TargetKind.Real ? "targets" : "probabilities");
        for (var index = 0; index < outputs.Length; index++)
        {
            json.WritePropertyName(values.OutputName(index, outputs.Length));
            if (values.Value(index, outputs[index]) is var value && float.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteNullValue();
        }
        json.WriteEndObject();
    }
}
