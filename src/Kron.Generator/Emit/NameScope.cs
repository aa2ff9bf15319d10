using System;
using System.Collections.Generic;

namespace Kron.Generator.Emit;

/// <summary>
/// Gives the names of the IR C# identifiers. In the IR an inner name may hide an outer one; in C# a local may not even
/// share its name with a local of a nested block that ended before it, so such a name gets a number.
/// </summary>
internal sealed class NameScope(NameScope? parent = null)
{
    private readonly Dictionary<string, string> _locals = new(StringComparer.Ordinal);
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private NameScope? Parent { get; } = parent;

    /// <summary>Introduces a name.</summary>
    /// <param name="name">The IR's name.</param>
    /// <param name="identifier">The preferred identifier.</param>
    public string Declare(string name, string? identifier = null)
    {
        string wanted = CSharpText.Identifier(identifier ?? name);
        string free = wanted;
        for (int number = 2; IsTaken(free); number++)
        {
            free = wanted + "_" + CSharpText.Literal(number);
        }

        _own.Add(free);
        for (NameScope? scope = this; scope is not null; scope = scope.Parent)
        {
            scope._taken.Add(free);
        }

        _locals[name] = free;
        return free;
    }

    /// <summary>Lets a name stand for an expression, which takes no identifier.</summary>
    public void Stand(string name, string expression) => _locals[name] = expression;

    private string Find(string name)
    {
        for (NameScope? scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._locals.TryGetValue(name, out string local))
            {
                return local;
            }
        }

        throw new InvalidOperationException($"The kernel uses '{name}', which nothing introduced.");
    }

    public string this[string name] => Find(name);

    // A scope's taken names include those of the scopes inside it, open or ended.
    private bool IsTaken(string identifier)
    {
        if (_taken.Contains(identifier))
        {
            return true;
        }

        for (NameScope? scope = Parent; scope is not null; scope = scope.Parent)
        {
            if (scope._own.Contains(identifier))
            {
                return true;
            }
        }

        return false;
    }
}
