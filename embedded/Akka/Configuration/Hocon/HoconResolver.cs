namespace Akka.Configuration.Hocon;

/// <summary>Turns fields as written into values: joins parts, follows substitutions, merges objects.</summary>
internal sealed class HoconResolver(HoconFields root)
{
    /// <summary>Whether the substitution being looked up met a value that is itself being resolved.</summary>
    private bool _metItself;

    internal HoconObject Resolve() => Resolve(root);

    private HoconObject Resolve(HoconFields fields)
    {
        var resolved = new HoconObject();
        foreach (var (key, field) in fields.Items)
        {
            if (Resolve(field, field.Assignments.Count - 1) is { } value)
                resolved.Items[key] = value;
        }

        return resolved;
    }

    /// <summary>The value of a field after its assignments 0..last; null where nothing defines it.</summary>
    private HoconValue? Resolve(HoconField field, int last) => Fold(field, last, (index, expression) =>
    {
        if (!expression.Resolving)
            return Evaluate(expression, field, index);

        _metItself = true;
        return null;
    });

    /// <summary>Merges what <paramref name="read"/> gives for the assignments, newest first, until one is no object.</summary>
    private static HoconValue? Fold(HoconField field, int last, Func<int, HoconExpression, HoconValue?> read)
    {
        if (last < 0)
            return null;

        var expression = field.Assignments[last];
        var value = read(last, expression);
        if (value is not null && !value.IsObject())
            return value;

        // The newer assignment stays marked, because a reference to its own key from an older one must look further back still.
        var outer = expression.Resolving;
        expression.Resolving = true;
        var below = Fold(field, last - 1, read);
        expression.Resolving = outer;
        return value is null || below is null ? value ?? below : value.MergedOver(below);
    }

    private HoconValue? Evaluate(HoconExpression expression, HoconField? field, int index)
    {
        expression.Resolving = true;
        try
        {
            return Join(expression, [.. expression.Parts.Select(part => (part, Evaluate(part, field, index)))]);
        }
        finally
        {
            expression.Resolving = false;
        }
    }

    private HoconValue? Evaluate(HoconPart part, HoconField? field, int index) => part switch
    {
        HoconPart.Text text => new HoconValue(text.Content),
        HoconPart.Fields fields => new HoconValue(Resolve(fields.Items)),
        HoconPart.Elements elements => new HoconValue([.. elements.Items.Select(e => Evaluate(e, null, 0)).OfType<HoconValue>()]),
        HoconPart.Included included => included.Value,
        HoconPart.PreviousValue => Resolve(field!, index - 1),
        HoconPart.Substitution substitution => Resolve(substitution),
        _ => throw new InvalidOperationException($"unknown part {part}"),
    };

    private HoconValue? Resolve(HoconPart.Substitution substitution)
    {
        _metItself = false;
        var value = Find(root, HoconPath.Parse(substitution.Path), 0);
        return value is not null || substitution.Optional
            ? value
            : throw substitution.Position.Error(_metItself
                ? $"${{{substitution.Path}}} refers to itself"
                : $"${{{substitution.Path}}} refers to a path that this text does not define");
    }

    private HoconValue? Find(HoconFields fields, IReadOnlyList<string> path, int depth)
    {
        if (!fields.Items.TryGetValue(path[depth], out var field))
            return null;

        var last = field.Assignments.Count - 1;
        return depth == path.Count - 1
            ? Resolve(field, last)
            : Fold(field, last, (index, expression) => FindBelow(expression, field, index, path, depth + 1));
    }

    private HoconValue? FindBelow(HoconExpression expression, HoconField field, int index, IReadOnlyList<string> path, int depth)
    {
        if (expression.Fields is { } fields)
            return Find(fields, path, depth);

        if (expression.Resolving)
        {
            _metItself = true;
            return null;
        }

        var value = Evaluate(expression, field, index);
        for (; depth < path.Count && value is not null; depth++)
            value = value.GetChildObject(path[depth]);

        return value;
    }

    private static HoconValue? Join(HoconExpression expression, (HoconPart Part, HoconValue? Value)[] parts)
    {
        if (parts is [var (part, only)])
        {
            return part is HoconPart.Text { Quoted: false, Content: "null" } ? HoconValue.Null : only;
        }

        var defined = parts.Where(p => p.Value is not null && p.Part is not HoconPart.Text { IsBlank: true }).ToArray();
        if (defined.Length == 0)
            return null;

        if (defined.All(p => p.Value!.IsArray()))
            return new HoconValue([.. defined.SelectMany(p => p.Value!.GetArray())]);

        if (defined.All(p => p.Value!.IsObject()))
            return defined.Select(p => p.Value!).Aggregate((below, top) => top.MergedOver(below));

        var odd = defined.FirstOrDefault(p => p.Value!.IsArray() || p.Value!.IsObject());
        return odd.Part is null
            ? new HoconValue(string.Concat(parts.Select(p => p.Value is { IsNull: true } ? "null" : p.Value?.Text)))
            : throw expression.Parts[0].Position.Error("a list or an object cannot be joined with a value of another kind");
    }
}
