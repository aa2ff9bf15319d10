using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;

namespace Kron.Generator.Parsing;

/// <summary>What the parser of one layer reads.</summary>
/// <param name="Type">The class.</param>
/// <param name="Layer">Its layer attribute.</param>
/// <param name="Terms">The attributes that add shape groups.</param>
/// <param name="Bag">Takes the diagnostics.</param>
internal sealed record LayerSyntax(TypeSpec Type, AttributeReader Layer, IReadOnlyList<AttributeReader> Terms, DiagnosticBag Bag)
{
    /// <summary>The attributes of all shape groups, the layer's first.</summary>
    public IReadOnlyList<AttributeReader> Groups => [Layer, .. Terms];
}
