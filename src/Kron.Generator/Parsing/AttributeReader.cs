using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kron.Generator.Parsing;

/// <summary>The arguments of one attribute, each with the location of its syntax.</summary>
internal sealed class AttributeReader
{
    private readonly AttributeData _data;
    private readonly IReadOnlyList<string> _names;
    private readonly AttributeSyntax? _syntax;

    private AttributeReader(AttributeData data, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        _data = data;
        _names = names;
        Arguments = data.ConstructorArguments.Select(argument => (int)argument.Value!).ToArray();
        _syntax = data.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
    }

    /// <summary>Reads an attribute whose constructor takes integers of these names, or gives null where the C# compiler already reports an error in it.</summary>
    public static AttributeReader? TryRead(AttributeData data, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        if (data.AttributeConstructor is null
            || data.ConstructorArguments.Length != names.Count
            || data.ConstructorArguments.Any(argument => argument.Kind != TypedConstantKind.Primitive || argument.Value is not int)
            || data.NamedArguments.Any(argument => argument.Value.Kind is not (TypedConstantKind.Primitive or TypedConstantKind.Enum) || (argument.Value.Value is null && !IsText(argument.Value))))
        {
            return null;
        }

        return new(data, names, cancellation);
    }

    /// <summary>The attribute's name, as users write it.</summary>
    public string Name => KnownLayers.NameOf(_data)!;

    /// <summary>What its constructor was given.</summary>
    public IReadOnlyList<int> Arguments { get; }

    /// <summary>Where the attribute is.</summary>
    public Location? Location => _syntax?.GetLocation();

    public int this[int argument] => Arguments[argument];

    public Setting Argument(int argument) => new(_names[argument], this[argument], LocationOf(argument));

    /// <summary>The last constructor argument: of a shape group, the number of its products.</summary>
    public Setting LastArgument => Argument(Arguments.Count - 1);

    public bool Has(string option) => _data.NamedArguments.Any(argument => argument.Key == option);

    /// <summary>The first of some options that is set; null where none is.</summary>
    public Setting? FirstSet(params string[] options) =>
        options.FirstOrDefault(Has) is { } option ? new(option, Option(option, 0), LocationOf(option)) : null;

    /// <summary>Whether all arguments are sizes.</summary>
    public bool CheckPositive(DiagnosticBag bag) => Setting.CheckPositive(Enumerable.Range(0, Arguments.Count).Select(Argument), bag);

    /// <summary>Whether all arguments are sizes, and some of them no larger than a sample can be.</summary>
    public bool CheckSizes(IReadOnlyList<int> ofSamples, DiagnosticBag bag)
    {
        if (!CheckPositive(bag))
        {
            return false;
        }

        bool fits = true;
        foreach (Setting size in ofSamples.Select(Argument))
        {
            fits &= SizeLimits.CheckPerSample(size.Name, size.Value, size.Location, bag);
        }

        return fits;
    }

    public T Option<T>(string name, T absent)
        where T : struct
    {
        foreach (var argument in _data.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Value is T value)
            {
                return value;
            }
        }

        return absent;
    }

    /// <summary>A text; null where it is not set.</summary>
    public string? Text(string option) => _data.NamedArguments.FirstOrDefault(argument => argument.Key == option).Value is { IsNull: false, Value: string text } ? text : null;

    /// <summary>Where a constructor argument is; the whole attribute's location should it not be found.</summary>
    public Location? LocationOf(int argument) => ArgumentSyntax(argument)?.GetLocation() ?? Location;

    /// <summary>From the first to the last of two constructor arguments.</summary>
    public Location? LocationOf(int argument, int other)
    {
        if (ArgumentSyntax(argument) is not { } a || ArgumentSyntax(other) is not { } b)
        {
            return Location;
        }

        return Microsoft.CodeAnalysis.Location.Create(
            a.SyntaxTree,
            TextSpan.FromBounds(Math.Min(a.SpanStart, b.SpanStart), Math.Max(a.Span.End, b.Span.End)));
    }

    /// <summary>Where an option is set; the whole attribute's location where it is not.</summary>
    public Location? LocationOf(string option) =>
        _syntax?.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == option)?.GetLocation() ?? Location;

    private static bool IsText(TypedConstant value) => value.Type?.SpecialType == SpecialType.System_String;

    private AttributeArgumentSyntax? ArgumentSyntax(int index)
    {
        if (_syntax?.ArgumentList is not { } list)
        {
            return null;
        }

        string name = _data.AttributeConstructor!.Parameters[index].Name;
        return list.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == name)
            ?? list.Arguments.Where(argument => argument.NameEquals is null).Take(index + 1).Skip(index).FirstOrDefault(argument => argument.NameColon is null);
    }
}
