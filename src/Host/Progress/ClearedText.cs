using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorSparse.Host.Progress;

/// <summary>
/// Plain text above a live bar. Spectre.Console goes back to where the bar began and writes over it, so that each line first takes away what
/// the bar has there. Before and not after its text: a line that is as wide as the terminal would lose its last character.
/// </summary>
internal sealed class ClearedText(string text) : IRenderable
{
    private const string EraseLine = "\u001b[K";

    // Brackets in a path are no markup.
    private readonly IRenderable _text = new Text(text) { Overflow = Overflow.Fold };

    public Measurement Measure(RenderOptions options, int maxWidth) => _text.Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in Segment.SplitLines(_text.Render(options, maxWidth)))
        {
            yield return Segment.Control(EraseLine);
            foreach (var segment in line) yield return segment;
            yield return Segment.LineBreak;
        }
    }
}
