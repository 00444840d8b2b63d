using ActorSparse.Model.Operators.Convolution;

namespace ActorSparse.Model.Tests.Operators.Convolution;

public sealed class ConvolutionShapeTests
{
    [Theory]
    [InlineData(32, 32, 3, 1, 1, 32, 32)]
    [InlineData(32, 31, 3, 2, 1, 16, 16)]
    [InlineData(7, 5, 5, 2, 0, 2, 1)]
    [InlineData(7, 5, 1, 2, 2, 6, 5)]
    [InlineData(1, 1, 1, 1, 0, 1, 1)]
    public void The_output_holds_every_position_of_the_kernel(
        int height, int width, int kernel, int stride, int padding, int outputHeight, int outputWidth)
    {
        var shape = new ConvolutionShape(3, height, width, 4, kernel, stride, padding);
        Assert.Equal((outputHeight, outputWidth), (shape.OutputHeight, shape.OutputWidth));
        Assert.Equal(3 * height * width, shape.InputNeurons);
        Assert.Equal(4 * outputHeight * outputWidth, shape.OutputNeurons);
    }

    [Fact]
    public void Columns_are_numbered_by_channel_then_row_then_column_of_the_kernel()
    {
        var shape = new ConvolutionShape(5, 8, 8, 2, 3, padding: 1);
        var columns =
            from channel in Enumerable.Range(0, 5) from dy in Enumerable.Range(0, 3) from dx in Enumerable.Range(0, 3)
            select shape.Column(channel, dy, dx);
        Assert.Equal(Enumerable.Range(0, shape.Columns), columns);
        Assert.Throws<ArgumentOutOfRangeException>(() => shape.Column(5, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => shape.Column(0, 0, 3));
    }

    // ResNet-20's first and second stage (graph specification, section 5): 432 weights on 32 x 32, 4,608 on 16 x 16 after a stride of 2.
    [Fact]
    public void Connections_and_multiply_adds_are_those_of_known_networks()
    {
        var first = new ConvolutionShape(3, 32, 32, 16, 3, 1, 1);
        Assert.Equal((432, 432 * 1024), (first.PossibleConnections, first.MultiplyAdds(first.PossibleConnections)));
        var second = new ConvolutionShape(16, 32, 32, 32, 3, 2, 1);
        Assert.Equal((4608, 100 * 256), (second.PossibleConnections, second.MultiplyAdds(100)));
    }

    [Theory]
    [InlineData(0, 8, 8, 4, 3, 1, 1, "input channels 0")]
    [InlineData(3, 8, 0, 4, 3, 1, 1, "width 0")]
    [InlineData(3, 8, 8, 4, 0, 1, 1, "kernel size 0")]
    [InlineData(3, 8, 8, 4, 3, 0, 1, "stride 0")]
    [InlineData(3, 8, 8, 4, 3, 1, -1, "padding -1")]
    [InlineData(3, 8, 2, 4, 5, 1, 1, "kernel size 5 for images of 8x2")]
    [InlineData(100_000, 200, 200, 4, 3, 1, 1, "inputs")]
    [InlineData(3, 200, 200, 100_000, 3, 1, 1, "outputs")]
    [InlineData(1_000_000, 1, 1, 1, 64, 1, 40, "columns")]
    public void A_shape_that_cannot_be_is_refused_with_its_reason(
        int channels, int height, int width, int outputs, int kernel, int stride, int padding, string reason)
    {
        var exception = Assert.Throws<InvalidInputException>(
            () => new ConvolutionShape(channels, height, width, outputs, kernel, stride, padding));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
