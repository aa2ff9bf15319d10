using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kron.Generator.Parsing;

/// <summary>Finds where the partial class lives and whether a generated file can complete it.</summary>
internal static class TypeParser
{
    public static TypeSpec? Parse(INamedTypeSymbol type, Compilation compilation, DiagnosticBag bag, CancellationToken cancellation)
    {
        List<INamedTypeSymbol> containers = [];
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containers.Insert(0, outer);
        }

        CheckCanBeCompleted([.. containers, type], type, bag, cancellation);
        CheckClass(type, compilation, bag, cancellation);
        MemberRules.Check(type, compilation, bag, cancellation);
        if (containers.Exists(container => container.Name.Length == 0))
        {
            return null;
        }

        string fullName = string.Join(".", NamespaceOf(type).Concat(containers.Select(c => c.Name)).Append(type.Name));
        return new TypeSpec(
            string.Join(".", NamespaceOf(type).Select(Escape)),
            containers.Select(Header).ToEquatableArray(),
            Escape(type.Name),
            fullName)
        {
            HintSuffix = HintSuffix(containers.Append(type), type, fullName),
        };
    }

    /// <summary>The identifier of the declaration that carries the attribute, as far as that is known.</summary>
    public static Location? LocationOf(INamedTypeSymbol type) =>
        type.Locations.FirstOrDefault(location => !IsGenerated(location.SourceTree)) ?? type.Locations.FirstOrDefault();

    /// <summary>Whether Kron wrote the file: the analyzer also sees the generator's own members.</summary>
    public static bool IsGenerated(SyntaxTree? tree)
    {
        // The driver puts a file at <anything>/<assembly>/<generator's full name>/<hint name>.
        string[] parts = tree?.FilePath.Split('/', '\\') ?? [];
        return parts.Length >= 2 && parts[parts.Length - 2] == typeof(KronGenerator).FullName;
    }

    private static void CheckCanBeCompleted(IReadOnlyList<INamedTypeSymbol> path, INamedTypeSymbol type, DiagnosticBag bag, CancellationToken cancellation)
    {
        foreach (INamedTypeSymbol part in path)
        {
            foreach (SyntaxReference reference in part.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && !declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                {
                    bag.Report(Descriptors.NotPartial, declaration.Identifier.GetLocation(), part.Name, type.Name);
                    break;
                }
            }

            if (part.TypeParameters.Length > 0)
            {
                bag.Report(Descriptors.GenericClass, LocationOf(part), part.Name, type.Name);
            }

            if (part.IsFileLocal)
            {
                bag.Report(Descriptors.FileLocalClass, LocationOf(part), part.Name, type.Name);
            }
        }
    }

    private static void CheckClass(INamedTypeSymbol type, Compilation compilation, DiagnosticBag bag, CancellationToken cancellation)
    {
        Location? location = LocationOf(type);
        if (type.IsStatic)
        {
            bag.Report(Descriptors.StaticClass, location, type.Name);
            return;
        }

        if (type.IsAbstract)
        {
            bag.Report(Descriptors.AbstractClass, location, type.Name);
        }

        if (type.IsRecord)
        {
            bag.Report(Descriptors.RecordClass, location, type.Name);
            return;
        }

        ConstructorRules.Check(type, compilation, bag, cancellation);
    }

    private static IEnumerable<string> NamespaceOf(INamedTypeSymbol type)
    {
        List<string> names = [];
        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            names.Insert(0, space.Name);
        }

        return names;
    }

    private static string Header(INamedTypeSymbol type)
    {
        string kind = (type.IsRecord, type.TypeKind) switch
        {
            (true, TypeKind.Struct) => "record struct",
            (true, _) => "record",
            (_, TypeKind.Struct) => "struct",
            (_, TypeKind.Interface) => "interface",
            _ => "class",
        };
        return $"partial {kind} {Escape(type.Name)}";
    }

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>File names ignore case and do not tell a nested type from one in a namespace, but types differ by both.</summary>
    private static string HintSuffix(IEnumerable<INamedTypeSymbol> path, INamedTypeSymbol type, string fullName)
    {
        bool ambiguous = path.Any(part => HasNamesake(part))
            || AncestorsOf(type.ContainingNamespace).Any(space => HasNamesake(space));
        if (!ambiguous)
        {
            return "";
        }

        // FNV-1a.
        uint hash = 2166136261;
        foreach (char c in type.ContainingType is null ? fullName : fullName + "+" + type.Name)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return "." + hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IEnumerable<INamespaceSymbol> AncestorsOf(INamespaceSymbol? space)
    {
        for (; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            yield return space;
        }
    }

    private static bool HasNamesake(INamespaceOrTypeSymbol symbol)
    {
        INamespaceOrTypeSymbol? parent = (INamespaceOrTypeSymbol?)symbol.ContainingType ?? symbol.ContainingNamespace;
        return parent is not null && parent.GetMembers().Any(member =>
            member is INamespaceOrTypeSymbol
            && !SymbolEqualityComparer.Default.Equals(member, symbol)
            && string.Equals(member.Name, symbol.Name, StringComparison.OrdinalIgnoreCase)
            && member is not INamedTypeSymbol { Arity: > 0 });
    }
}
