using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>The namespace and enclosing types of a layer, reopened in a generated file.</summary>
internal sealed class TypeScope
{
    private readonly TypeSpec _type;
    private int _open;

    private TypeScope(TypeSpec type) => _type = type;

    /// <summary>Opens the namespace and the enclosing types.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="type">The layer's type.</param>
    /// <param name="usings">Namespaces.</param>
    /// <param name="classes">Classes whose members are called by their names alone.</param>
    /// <remarks>The usings lie inside the namespace, where they win over the project's own global usings.</remarks>
    public static TypeScope Open(CodeWriter writer, TypeSpec type, IEnumerable<string> usings, IEnumerable<string>? classes = null)
    {
        if (type.Namespace.Length > 0)
        {
            writer.Line($"namespace {type.Namespace};").Line();
        }

        string[] lines = [.. usings.Distinct().Select(name => $"using global::{name};"), .. (classes ?? []).Select(name => $"using static global::{name};")];
        foreach (string line in lines)
        {
            writer.Line(line);
        }

        if (lines.Length > 0)
        {
            writer.Line();
        }

        var scope = new TypeScope(type);
        foreach (string container in type.Containers)
        {
            writer.Open(container);
            scope._open++;
        }

        return scope;
    }

    /// <summary>Opens the layer's class.</summary>
    public void OpenLayer(CodeWriter writer, string bases = "")
    {
        writer.Open($"partial class {_type.Name}{(bases.Length > 0 ? " : " + bases : "")}");
        _open++;
    }

    public void Close(CodeWriter writer)
    {
        for (; _open > 0; _open--)
        {
            writer.Close();
        }
    }
}
