using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>Removes values that nothing reads but their own assignments, and loops that this empties.</summary>
internal static class DeadValues
{
    public static Kernel Run(Kernel kernel)
    {
        while (true)
        {
            // Names of sibling scopes count together, which only errs on the side of keeping.
            HashSet<string> read = [];
            foreach (Statement statement in kernel.Body.Deep())
            {
                string? own = (statement as Set)?.Name;
                read.UnionWith(statement.Reads().Where(name => name != own));
            }

            Kernel kept = kernel.WithBody(Block(kernel.Body, read));
            if (kept.Body.Deep().Count() == kernel.Body.Deep().Count())
            {
                return kernel;
            }

            kernel = kept;
        }
    }

    private static IEnumerable<Statement> Block(EquatableArray<Statement> block, HashSet<string> read)
    {
        foreach (Statement statement in block)
        {
            switch (statement)
            {
                case Loop loop:
                    EquatableArray<Statement> body = Block(loop.Body, read).ToEquatableArray();
                    if (body.Any(s => s is not Remark))
                    {
                        yield return loop with { Body = body };
                    }

                    break;
                case Let let when !read.Contains(let.Name):
                case Set set when !read.Contains(set.Name):
                    break;
                default:
                    yield return statement;
                    break;
            }
        }
    }
}
