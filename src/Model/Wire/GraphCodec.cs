using System.Runtime.CompilerServices;
using ActorSparse.Model.Graph;

namespace ActorSparse.Model.Wire;

/// <summary>
/// The text form of graphs, which messages with a replica repeat: made once for each graph, and read once for each text of late, so that
/// one training has one graph. Safe from all threads.
/// </summary>
internal static class GraphCodec
{
    // A node takes part in one training at a time; a few more are for processes that play several nodes.
    private const int Capacity = 4;

    private static readonly ConditionalWeakTable<GraphSpec, string> s_texts = [];
    private static readonly Lock s_lock = new();
    private static readonly LinkedList<(string Text, GraphSpec Graph)> s_recent = [];

    /// <summary>The text of <paramref name="graph"/>, as long as that lives the same string.</summary>
    internal static string Format(GraphSpec graph) => s_texts.GetValue(graph, GraphText.Format);

    /// <summary>The graph of <paramref name="text"/>; the same one if the text was read lately.</summary>
    /// <exception cref="InvalidInputException">It is none.</exception>
    internal static GraphSpec Parse(string text) => Recent(text, null) ?? Recent(text, GraphText.Parse(text))!;

    // Several threads may read a new text at once: all get the graph of the first that has done so.
    private static GraphSpec? Recent(string text, GraphSpec? read)
    {
        lock (s_lock)
        {
            var node = s_recent.First;
            while (node is not null && node.Value.Text != text) node = node.Next;
            if (node is not null) s_recent.Remove(node);
            else if (read is null) return null;
            else node = new((text, read));
            s_recent.AddFirst(node);
            if (s_recent.Count > Capacity) s_recent.RemoveLast();
            return node.Value.Graph;
        }
    }
}
