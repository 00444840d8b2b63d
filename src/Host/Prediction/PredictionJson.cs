using System.Text.Encodings.Web;
using System.Text.Json;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Prediction;

/// <summary>
/// One prediction as a JSON object: "sample", for a sample that is a file "file", and what is predicted: "class" and, if asked for,
/// "probabilities" by class; "targets" by name; or "labels" and "probabilities" by label. What is not finite is null.
/// </summary>
internal sealed class PredictionJson(PredictedValues values, bool withOutputs)
{
    /// <summary>How the text is written: names as they are, in no page.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the object.</summary>
    public void Write(Utf8JsonWriter json, int sample, string? file, int predictedClass, ReadOnlySpan<float> outputs)
    {
        json.WriteStartObject();
        json.WriteNumber("sample", sample);
        if (file is not null) json.WriteString("file", file);
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
