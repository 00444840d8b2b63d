using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Tests.Operators.Support;

/// <summary>All that an operator's output depends on, in double precision; what an oracle computes from.</summary>
internal sealed class OracleData
{
    /// <summary>Shape of each input.</summary>
    internal required TensorShape[] Shapes { get; init; }

    /// <summary>For each input and sample the numbers, channel by channel, row by row.</summary>
    internal required double[][][] Inputs { get; init; }

    /// <summary>For each sparse block all weights, row by row, those that do not exist 0.</summary>
    internal required double[][] Sparse { get; init; }

    /// <summary>For each dense block its values.</summary>
    internal required double[][] Dense { get; init; }

    internal int Batch => Inputs[0].Length;

    internal TensorShape Shape => Shapes[0];

    /// <summary>A function of each sample of the first input alone.</summary>
    internal double[][] PerSample(Func<double[], double[]> function) => [.. Inputs[0].Select(function)];
}
