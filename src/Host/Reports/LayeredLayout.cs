namespace ActorSparse.Host.Reports;

/// <summary>
/// Where the nodes of an acyclic graph are drawn, from top to bottom in layers (Sugiyama et al. 1981): ranks by the longest path, order in a
/// rank by barycentres, and places in it as near to the neighbours' as there is room. What passes a rank has a place in it like a node.
/// </summary>
internal sealed class LayeredLayout
{
    private const double ColumnGap = 24, RankGap = 24, PassingWidth = 8;
    private const int Sweeps = 8;

    // How much more the place of a node on a longest path counts.
    private const double MainWeight = 100;

    private readonly List<Item> _items = [];
    private readonly List<List<Item>> _ranks = [];
    private readonly IReadOnlyList<IReadOnlyList<int>> _inputs;

    /// <summary>Places nodes.</summary>
    /// <param name="inputs">For each node the nodes that it takes, all before it.</param>
    /// <param name="sizes">Width and height of each.</param>
    internal LayeredLayout(IReadOnlyList<IReadOnlyList<int>> inputs, IReadOnlyList<(double Width, double Height)> sizes)
    {
        _inputs = inputs;
        for (var node = 0; node < inputs.Count; node++)
        {
            var rank = inputs[node].Count == 0 ? 0 : inputs[node].Max(source => _items[source].Rank) + 1;
            Put(new(rank, sizes[node].Width, sizes[node].Height, IsPassing: false));
        }
        Links = [.. inputs.Select(sources => (List<Item>[])[.. sources.Select(_ => new List<Item>())])];
        for (var node = 0; node < inputs.Count; node++)
            for (var source = 0; source < inputs[node].Count; source++) Link(node, source);
        FindMain();
        Order();
        Place();
    }

    /// <summary>Width of the drawing.</summary>
    internal double Width { get; private set; }

    /// <summary>Height of the drawing.</summary>
    internal double Height { get; private set; }

    // For each node and each of its inputs what the line passes from there to here.
    private List<Item>[][] Links { get; }

    /// <summary>The middle of a node's upper edge.</summary>
    internal (double X, double Y) Top(int node) => (_items[node].X, _items[node].Y);

    /// <summary>The points of the line from input number <paramref name="source"/> of <paramref name="node"/> to it.</summary>
    internal IEnumerable<(double X, double Y)> Line(int node, int source)
    {
        var from = _items[_inputs[node][source]];
        yield return (from.X, from.Y + from.Height);
        foreach (var passing in Links[node][source])
        {
            yield return (passing.X, passing.Y);
            yield return (passing.X, passing.Y + passing.Height);
        }
        yield return Top(node);
    }

    private void Put(Item item)
    {
        while (_ranks.Count <= item.Rank) _ranks.Add([]);
        _ranks[item.Rank].Add(item);
        _items.Add(item);
    }

    // All lines of a node pass a rank together, until they part.
    private void Link(int node, int source)
    {
        Item item = _items[node], from = _items[_inputs[node][source]];
        while (from.Rank < item.Rank - 1)
        {
            var next = from.Below.Find(below => below.IsPassing);
            if (next is null)
            {
                next = new(from.Rank + 1, PassingWidth, 0, IsPassing: true);
                Put(next);
                Join(from, next);
            }
            Links[node][source].Add(next);
            from = next;
        }
        Join(from, item);
    }

    private static void Join(Item above, Item below)
    {
        above.Below.Add(below);
        below.Above.Add(above);
    }

    // Longest paths stay in one column; what goes beside them makes way.
    private void FindMain()
    {
        foreach (var rank in Enumerable.Reverse(_ranks))
        {
            foreach (var item in rank)
            {
                if (item.IsPassing) continue;
                item.Depth = item.Below.Where(below => !below.IsPassing).Select(below => below.Depth + 1).DefaultIfEmpty().Max();
                if (item.Rank + item.Depth == _ranks.Count - 1) item.Weight = MainWeight;
            }
        }
    }

    private void Order()
    {
        foreach (var rank in _ranks) Number(rank);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var isDown = sweep % 2 == 0;
            foreach (var rank in isDown ? _ranks : Enumerable.Reverse(_ranks))
            {
                var byCentre = rank.OrderBy(item =>
                    (isDown ? item.Above : item.Below) is { Count: > 0 } joined ? joined.Average(other => other.Index) : item.Index).ToList();
                rank.Clear();
                rank.AddRange(byCentre);
                Number(rank);
            }
        }
    }

    private static void Number(List<Item> rank)
    {
        for (var index = 0; index < rank.Count; index++) rank[index].Index = index;
    }

    private void Place()
    {
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var isDown = sweep % 2 == 0;
            foreach (var rank in isDown ? _ranks : Enumerable.Reverse(_ranks)) Spread(rank, isDown);
        }
        var left = _items.Min(item => item.X - item.Width / 2);
        var y = 0.0;
        foreach (var rank in _ranks)
        {
            var height = rank.Max(item => item.Height);
            foreach (var item in rank)
            {
                item.X -= left;
                if (item.IsPassing) item.Height = height;
                item.Y = y + (height - item.Height) / 2;
            }
            y += height + RankGap;
        }
        (Width, Height) = (_items.Max(item => item.X + item.Width / 2), y - RankGap);
    }

    // The places in the rank's order that are nearest to where its items would like to be: a regression without descents (pool adjacent
    // violators), after the room that those before need is taken off.
    private static void Spread(List<Item> rank, bool isDown)
    {
        var room = 0.0;
        var pools = new List<(double Sum, double Weight, int Count)>();
        var rooms = new double[rank.Count];
        for (var index = 0; index < rank.Count; index++)
        {
            if (index > 0) room += (rank[index - 1].Width + rank[index].Width) / 2 + ColumnGap;
            rooms[index] = room;
            var weight = rank[index].Weight;
            pools.Add((weight * (Wish(rank[index], isDown) - room), weight, 1));
            while (pools.Count > 1 && pools[^2].Sum / pools[^2].Weight > pools[^1].Sum / pools[^1].Weight)
            {
                var (last, before) = (pools[^1], pools[^2]);
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((before.Sum + last.Sum, before.Weight + last.Weight, before.Count + last.Count));
            }
        }
        var place = 0;
        foreach (var (sum, weight, count) in pools)
            for (var index = 0; index < count; index++, place++) rank[place].X = sum / weight + rooms[place];
    }

    // Under and over what counts most: longest paths are straight, and so is what passes nodes.
    private static double Wish(Item item, bool isDown)
    {
        var joined = isDown ? item.Above : item.Below;
        if (joined.Count == 0) return item.X;
        var most = joined.Max(other => other.Weight);
        var like = item.IsPassing ? joined.Where(other => other.IsPassing) : joined.Where(other => other.Weight == most);
        return like.Any() ? like.Average(other => other.X) : item.X;
    }

    private sealed record Item(int Rank, double Width, double Size, bool IsPassing)
    {
        public double Height { get; set; } = Size;

        public double X { get; set; }

        public double Y { get; set; }

        public int Index { get; set; }

        // Nodes on the longest path from it that passes no rank.
        public int Depth { get; set; }

        public double Weight { get; set; } = 1;

        public List<Item> Above { get; } = [];

        public List<Item> Below { get; } = [];
    }
}
