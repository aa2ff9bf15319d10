using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning.Activations;

namespace Kron.Generator.Planning;

/// <summary>Expands activation nodes to arithmetic.</summary>
internal static class Expansion
{
    public static Expression Of(Expression value) => value.Rewrite((node, operands) => node switch
    {
        ActivationExpression a => ActivationTable.Value(a.Kind, a.Slope, operands[0]),
        ActivationDerivative d => ActivationTable.Derivative(d.Kind, d.Slope, operands[0]),
        _ => null,
    });
}
