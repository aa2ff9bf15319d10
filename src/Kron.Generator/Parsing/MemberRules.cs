using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>No member of the user's may collide with a generated one.</summary>
internal static class MemberRules
{
    private static readonly SymbolDisplayFormat TypeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public static void Check(INamedTypeSymbol type, Compilation compilation, DiagnosticBag bag, CancellationToken cancellation)
    {
        if (GeneratedMembers.Names.Contains(type.Name) || GeneratedMembers.Methods.Any(method => method.Name == type.Name))
        {
            // A member cannot bear the name of its class.
            bag.Report(Descriptors.MemberCollision, TypeParser.LocationOf(type), type.Name, type.Name, type.Name);
        }

        foreach (ISymbol member in type.GetMembers())
        {
            cancellation.ThrowIfCancellationRequested();
            Location? location = member.Locations.FirstOrDefault(l => l.IsInSource && !TypeParser.IsGenerated(l.SourceTree));
            if (!member.IsImplicitlyDeclared && location is not null && Collision(member) is { } generated)
            {
                bag.Report(Descriptors.MemberCollision, location, Name(member), generated, type.Name);
            }
        }

        // Other inherited members are hidden; an abstract one cannot be.
        for (INamedTypeSymbol? declaring = type.BaseType; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (ISymbol member in declaring.GetMembers())
            {
                if (member.IsAbstract && compilation.IsSymbolAccessibleWithin(member, type) && Collision(member) is { } generated)
                {
                    bag.Report(Descriptors.MemberCollision, TypeParser.LocationOf(type), Name(member), generated, type.Name);
                }
            }
        }
    }

    /// <summary>The generated member that this one collides with, or null.</summary>
    private static string? Collision(ISymbol member)
    {
        if (member is IPropertySymbol { ExplicitInterfaceImplementations: { Length: > 0 } implemented })
        {
            ISymbol property = implemented[0];
            return property.ContainingType.ToDisplayString(TypeFormat) == GeneratedMembers.ExplicitInterface ? Name(property) : null;
        }

        if (member is IMethodSymbol method)
        {
            return method.MethodKind switch
            {
                MethodKind.Constructor => Same(method, GeneratedMembers.Constructors),
                MethodKind.Ordinary => GeneratedMembers.Names.Contains(method.Name) ? method.Name : Accessor(method) ?? Same(method, GeneratedMembers.Methods),
                _ => null,
            };
        }

        return GeneratedMembers.Names.Contains(member.Name) || GeneratedMembers.Methods.Any(generated => generated.Name == member.Name)
            ? member.Name
            : null;
    }

    /// <summary>A method named as the accessor of a generated property.</summary>
    private static string? Accessor(IMethodSymbol method)
    {
        bool get = method.Name.StartsWith("get_", System.StringComparison.Ordinal) && method.Parameters.Length == 0;
        string property = get ? method.Name.Substring(4) : "";
        return get && GeneratedMembers.Names.Contains(property) ? property : null;
    }

    private static string? Same(IMethodSymbol method, IReadOnlyList<GeneratedMethod> generated)
    {
        if (method.Arity > 0)
        {
            return null;
        }

        var types = method.Parameters.Select(p => (p.RefKind == RefKind.None ? "" : "ref ") + p.Type.ToDisplayString(TypeFormat)).ToList();
        return generated
            .FirstOrDefault(candidate => candidate.Name == method.Name && candidate.Parameters.SequenceEqual(types))
            ?.Display(method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name : method.Name);
    }

    private static string Name(ISymbol member) => member.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
}
