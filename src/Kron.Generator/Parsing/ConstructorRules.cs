using System.Linq;
using System.Threading;
using Kron.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kron.Generator.Parsing;

/// <summary>Every object of a layer class is set up by a generated constructor, and FromDense and Load can create one.</summary>
internal static class ConstructorRules
{
    public static void Check(INamedTypeSymbol type, Compilation compilation, DiagnosticBag bag, CancellationToken cancellation)
    {
        foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(cancellation) is ClassDeclarationSyntax { ParameterList: { } parameters })
            {
                bag.Report(Descriptors.PrimaryConstructor, parameters.GetLocation(), type.Name);
            }
        }

        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is ConstructorDeclarationSyntax syntax
                && !TypeParser.IsGenerated(syntax.SyntaxTree)
                && !syntax.Initializer.IsKind(SyntaxKind.ThisConstructorInitializer))
            {
                bag.Report(Descriptors.ConstructorDoesNotChain, syntax.Identifier.GetLocation(), type.Name);
            }
        }

        for (INamedTypeSymbol? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (ISymbol member in declaring.GetMembers().Where(m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }))
            {
                bool own = SymbolEqualityComparer.Default.Equals(declaring, type);
                bag.Report(Descriptors.RequiredMember, own ? member.Locations.FirstOrDefault() : TypeParser.LocationOf(type), member.Name, type.Name);
            }
        }

        if (type.BaseType is { TypeKind: not TypeKind.Error, SpecialType: not SpecialType.System_Object } parent
            && !parent.InstanceConstructors.Any(c => c.Parameters.All(p => p.IsOptional || p.IsParams) && compilation.IsSymbolAccessibleWithin(c, type)))
        {
            bag.Report(Descriptors.NoBaseConstructor, TypeParser.LocationOf(type), parent.Name, type.Name);
        }
    }
}
