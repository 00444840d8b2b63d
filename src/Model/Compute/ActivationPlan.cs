using ActorSparse.Model.Graph;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Reshaping;

namespace ActorSparse.Model.Compute;

/// <summary>
/// Where in memory a graph's activations and the gradients by them lie. Items are numbered as in <see cref="GraphSpec.Shapes"/>: 0 is the
/// input, n + 1 what node n puts out. Views share their input's memory, and so do rectifiers that are computed with the node before them.
/// What no backward pass needs any more gives its memory to what comes after it.
/// </summary>
internal sealed class ActivationPlan
{
    private readonly GraphSpec _graph;
    private readonly int[] _roots, _activations, _deltas;
    private readonly bool[] _isTrained, _isGrouped, _isRectified;
    private readonly bool _keepsDeltas;

    /// <summary>A plan for <paramref name="graph"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="keepsDeltas">Whether gradients by what sparse connections put out stay until the next backward pass.</param>
    internal ActivationPlan(GraphSpec graph, bool keepsDeltas = true)
    {
        (_graph, _keepsDeltas) = (graph, keepsDeltas);
        var count = graph.Shapes.Count;
        _isRectified = [.. Enumerable.Range(0, count - 1).Select(FollowsWhatRectifies)];
        (_roots, _isTrained) = (new int[count], new bool[count]);
        for (var item = 1; item < count; item++)
        {
            var (node, blocks) = (graph.Nodes[item - 1], graph.Blocks[item - 1]);
            _roots[item] = IsAlias(item - 1) ? _roots[node.Inputs[0]] : item;
            _isTrained[item] = blocks.SparseCount + blocks.DenseCount > 0 || node.Inputs.Any(source => _isTrained[source]);
        }
        _isGrouped = ChooseGrouped();
        var lastReader = LastReaders();
        _activations = ShareForwards(lastReader);
        _deltas = ShareBackwards(lastReader);
    }

    /// <summary>Whether node <paramref name="node"/> has no memory of its own: its output is its input's.</summary>
    internal bool IsAlias(int node) => _graph.Nodes[node].Operator.IsView || _isRectified[node];

    /// <summary>Whether any parameter has a part in item <paramref name="item"/>.</summary>
    internal bool IsTrained(int item) => _isTrained[item];

    /// <summary>The item whose memory item <paramref name="item"/> has.</summary>
    internal int RootOf(int item) => _roots[item];

    /// <summary>Whether the samples of item <paramref name="item"/> are in groups.</summary>
    internal bool IsGrouped(int item) => _isGrouped[_roots[item]];

    /// <summary>The first item, of the same shape, with whose activations item <paramref name="item"/> shares memory.</summary>
    internal int ActivationOf(int item) => _activations[_roots[item]];

    /// <summary>The item, of the same shape, with whose gradients item <paramref name="item"/> shares memory.</summary>
    internal int DeltaOf(int item) => _deltas[_roots[item]];

    /// <summary>What computes the nodes, for batches of up to <paramref name="batchCapacity"/> samples.</summary>
    internal Operator[] CreateOperators(int batchCapacity)
    {
        var operators = new Operator[_graph.Nodes.Count];
        for (var node = operators.Length - 1; node >= 0; node--)
        {
            var (spec, inputs) = (_graph.Nodes[node].Operator, _graph.Nodes[node].Inputs);
            if (_isRectified[node])
            {
                var before = inputs[0] - 1;
                operators[before] = _graph.Nodes[before].Operator.CreateRectified((ActivationSpec)spec, _graph.InputsOf(before));
                operators[node] = new ViewOperator();
            }
            operators[node] ??= spec.Create(_graph.InputsOf(node), batchCapacity);
        }
        return operators;
    }

    private bool FollowsWhatRectifies(int node) =>
        _graph.Nodes[node] is { Operator: ActivationSpec { IsRectifier: true }, Inputs: [> 0 and var source] }
        && _graph.Consumers[source] == 1 && _graph.Nodes[source - 1].Operator.CanBeRectified;

    // Activations of images that only meet operators which take them in groups: their passes walk through memory in its order.
    private bool[] ChooseGrouped()
    {
        var isGrouped = new bool[_roots.Length];
        for (var item = 1; item < isGrouped.Length; item++) isGrouped[_roots[item]] |= _graph.Shapes[item].Positions > 1;
        // The network's input and output are filled and read sample by sample.
        isGrouped[0] = isGrouped[_roots[^1]] = false;
        var (changes, count) = (true, _graph.Nodes.Count);
        // Forwards and backwards in turns: what one node needs goes to its neighbours, on either side.
        for (var round = 0; changes; round++)
        {
            changes = false;
            for (var step = 0; step < count; step++)
            {
                var node = round % 2 == 0 ? step : count - 1 - step;
                var spec = _graph.Nodes[node].Operator;
                var layout = spec.IsView ? SampleLayout.Plain : spec.Samples;
                if (layout == SampleLayout.Any) continue;
                int[] matrices = [.. _graph.Nodes[node].Inputs.Append(node + 1).Select(item => _roots[item])];
                if (layout == SampleLayout.Same && matrices.All(item => isGrouped[item])) continue;
                changes |= matrices.Any(item => isGrouped[item]);
                foreach (var item in matrices) isGrouped[item] = false;
            }
        }
        return isGrouped;
    }

    // For every root the last node that reads it in a forward pass, which is the first to write the gradient by it in a backward pass.
    private int[] LastReaders()
    {
        var last = new int[_roots.Length];
        for (var node = 0; node < _graph.Nodes.Count; node++)
            foreach (var item in _graph.Nodes[node].Inputs) last[_roots[item]] = node;
        last[_roots[^1]] = _graph.Nodes.Count;
        return last;
    }

    // Only what no backward pass reads, and not the input: that one is filled before.
    private int[] ShareForwards(int[] lastReader)
    {
        var isKept = new bool[_roots.Length];
        isKept[0] = isKept[_roots[^1]] = true;
        for (var node = 0; node < _graph.Nodes.Count; node++)
        {
            if (IsAlias(node)) continue;
            var reads = _graph.Nodes[node].Operator.BackwardReads;
            isKept[node + 1] |= reads.HasFlag(BackwardReads.Output);
            foreach (var item in _graph.Nodes[node].Inputs) isKept[_roots[item]] |= reads.HasFlag(BackwardReads.Inputs);
        }
        for (var node = 0; node < _graph.Nodes.Count; node++)
            if (_isRectified[node]) isKept[_roots[node + 1]] = true;
        var (shared, free) = (Identity(), new List<int>());
        var lasts = Roots(isKept).ToLookup(item => lastReader[item]);
        for (var node = 0; node < _graph.Nodes.Count; node++)
        {
            if (_roots[node + 1] == node + 1 && !isKept[node + 1]) Take(shared, free, node + 1);
            // What is read here last is free from the next node on.
            foreach (var item in lasts[node]) free.Add(shared[item]);
        }
        return shared;
    }

    // Gradients by what sparse connections put out stay where topologies evolve by them after a backward pass.
    private int[] ShareBackwards(int[] lastReader)
    {
        bool[] isKept = [.. Enumerable.Range(0, _roots.Length).Select(item =>
            item == 0 || item == _roots[^1] || (_keepsDeltas && _graph.Blocks[item - 1].SparseCount > 0))];
        var (groups, free, shared) = (PassOn(lastReader, isKept), new List<int>(), Identity());
        var firsts = groups.Distinct().ToLookup(group => group.Max(item => lastReader[item]));
        var lasts = groups.Distinct().ToLookup(group => group.Min() - 1);
        for (var node = _graph.Nodes.Count - 1; node >= 0; node--)
        {
            foreach (var group in firsts[node])
            {
                Take(shared, free, group[0]);
                foreach (var item in group) shared[item] = shared[group[0]];
            }
            foreach (var group in lasts[node]) free.Add(shared[group[0]]);
        }
        return shared;
    }

    // Items the gradients by which are one matrix: those of a sum and of its inputs, as long as nobody still has to read that of one input
    // when others add to that of another. Nodes are visited in the order of a backward pass.
    private List<int>[] PassOn(int[] lastReader, bool[] isKept)
    {
        var groups = new List<int>[_roots.Length];
        foreach (var item in Roots(isKept)) groups[item] = [item];
        var readers = Enumerable.Range(0, _graph.Nodes.Count)
            .SelectMany(node => _graph.Nodes[node].Inputs.Select(item => (Root: _roots[item], Node: node))).ToLookup(read => read.Root, read => read.Node);
        for (var node = _graph.Nodes.Count - 1; node >= 0; node--)
        {
            var (spec, group) = (_graph.Nodes[node].Operator, groups[_roots[node + 1]]);
            // Who made an item reads the gradient by it.
            if (!spec.PassesGradientOn || group is null || group.Exists(item => item - 1 < node)) continue;
            var passed = new List<int>();
            foreach (var root in _graph.Nodes[node].Inputs.Select(item => _roots[item]))
            {
                bool Disturbs(int one, int other) => readers[one].Any(reader => reader != node && reader >= other - 1);
                if (isKept[root] || lastReader[root] != node || readers[root].Count(reader => reader == node) > 1) continue;
                if (_graph.Shapes[root].Count != _graph.Shapes[group[0]].Count || !_isTrained[root]) continue;
                if (!passed.Exists(other => Disturbs(root, other) || Disturbs(other, root))) passed.Add(root);
            }
            foreach (var root in passed) groups[root] = group;
            group.AddRange(passed);
        }
        return [.. groups.Where(group => group is not null)];
    }

    // Items with memory of their own that need not stay.
    private IEnumerable<int> Roots(bool[] isKept) => Enumerable.Range(0, _roots.Length).Where(item => _roots[item] == item && !isKept[item]);

    private int[] Identity() => [.. Enumerable.Range(0, _roots.Length)];

    private void Take(int[] shared, List<int> free, int item)
    {
        var index = free.FindIndex(other =>
            _graph.Shapes[other].Count == _graph.Shapes[item].Count && _isGrouped[other] == _isGrouped[item]);
        if (index < 0) return;
        shared[item] = free[index];
        free.RemoveAt(index);
    }
}
