using ActorSparse.Model.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorSparse.Model.Tests.Onnx;

/// <summary>A model in ONNX Runtime.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
    private readonly InferenceSession _session;

    internal OnnxRun(byte[] model) => _session = new(model, _options);

    /// <summary>A graph of one output alone.</summary>
    internal OnnxRun(OnnxGraph graph, string output)
    {
        graph.Proto.Output.Add(Floats(output));
        var model = new ModelProto { IrVersion = 9, Graph = graph.Proto, OpsetImport = { new OperatorSetIdProto { Version = 20 } } };
        _session = new(model.ToByteArray(), _options);
    }

    /// <summary>Floats of any shape.</summary>
    internal static ValueInfoProto Floats(string name) =>
        new() { Name = name, Type = new() { TensorType = new() { ElemType = TensorProto.Types.DataType.Float } } };

    internal IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    internal string OutputName => _session.OutputNames[0];

    /// <summary>What comes out of inputs of these shapes.</summary>
    internal float[] Run(params (string Name, float[] Values, int[] Shape)[] inputs)
    {
        NamedOnnxValue[] tensors = [.. inputs.Select(input =>
            NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<float>(input.Values, input.Shape)))];
        using var outputs = _session.Run(tensors);
        return [.. outputs[0].AsEnumerable<float>()];
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
