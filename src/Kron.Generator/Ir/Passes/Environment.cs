using System.Collections.Generic;

namespace Kron.Generator.Ir.Passes;

/// <summary>What names of the original code stand for in the rewritten code, scope within scope.</summary>
internal sealed class Environment(Environment? outer)
{
    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, Address> _pointers = [];

    public void Value(string name, string replacement) => _values[name] = replacement;

    public void Pointer(string name, Address replacement) => _pointers[name] = replacement;

    public string Value(string name) =>
        _values.TryGetValue(name, out string? replacement) ? replacement : outer?.Value(name) ?? name;

    public Address Address(Address address) => Pointer(address.Pointer) is { } place ? place + address.Offset : address;

    private Address? Pointer(string name) =>
        _pointers.TryGetValue(name, out Address replacement) ? replacement : outer?.Pointer(name);
}
