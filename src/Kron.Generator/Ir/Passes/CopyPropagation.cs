using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>Lets a copy's readers read the original, where neither of the two is assigned to afterwards, and drops the copy.</summary>
internal static class CopyPropagation
{
    public static Kernel Run(Kernel kernel) => kernel.WithBody(Block(kernel.Body, new Environment(null)));

    private static List<Statement> Block(EquatableArray<Statement> block, Environment environment)
    {
        // Where each name is assigned to for the last time in this block, loops counting as one statement.
        Dictionary<string, int> lastSet = [];
        for (int i = 0; i < block.Count; i++)
        {
            foreach (Set set in new[] { block[i] }.Deep().OfType<Set>())
            {
                lastSet[set.Name] = i;
            }
        }

        List<Statement> output = [];
        for (int i = 0; i < block.Count; i++)
        {
            Statement statement = block[i].With(environment.Value, address => address);
            if (statement is Loop loop)
            {
                output.Add(loop with { Body = Block(loop.Body, new Environment(environment)).ToEquatableArray() });
            }
            else if (statement is Let { Operation: Copy copy } let && !SetAfter(let.Name, i) && !SetAfter(copy.Value, i))
            {
                environment.Value(let.Name, copy.Value);
            }
            else
            {
                output.Add(statement);
            }
        }

        return output;

        bool SetAfter(string name, int index) => lastSet.TryGetValue(name, out int at) && at > index;
    }
}
