using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Diagnostics;

/// <summary>Every diagnostic of Kron. Each has a page of its own under docs/diagnostics.</summary>
internal static class Descriptors
{
    private const string HelpLinkBase = "https://github.com/kron-dotnet/kron/blob/main/docs/diagnostics/";

    // The class.
    public static readonly DiagnosticDescriptor NotPartial = Error(
        1, "A layer class must be partial", "'{0}' must be declared partial, for Kron to complete '{1}'");

    public static readonly DiagnosticDescriptor StaticClass = Error(
        2, "A layer class cannot be static", "'{0}' is static, but a layer is an object that owns its parameters");

    public static readonly DiagnosticDescriptor GenericClass = Error(
        3, "A layer class cannot be generic", "'{0}' is generic, but the layer '{1}' has one fixed shape; neither it nor a type around it can have type parameters");

    public static readonly DiagnosticDescriptor AbstractClass = Error(
        4, "A layer class cannot be abstract", "'{0}' is abstract, but FromDense and Load create objects of it");

    public static readonly DiagnosticDescriptor RecordClass = Error(
        5, "A layer cannot be a record", "'{0}' is a record, whose copies would share one layer's parameters; declare a class");

    public static readonly DiagnosticDescriptor FileLocalClass = Error(
        6, "A layer class cannot be local to a file", "'{0}' is local to its file, so that no other file can complete '{1}'");

    public static readonly DiagnosticDescriptor MemberCollision = Error(
        7, "A member collides with a generated one", "'{0}' collides with '{1}', which Kron generates for '{2}'; rename it");

    public static readonly DiagnosticDescriptor ConstructorDoesNotChain = Error(
        8, "A constructor of a layer class must chain to a generated one", "This constructor of '{0}' must begin with ': this()' or ': this(target)', which set up the layer");

    public static readonly DiagnosticDescriptor PrimaryConstructor = Error(
        9, "A layer class cannot have a primary constructor", "'{0}' has a primary constructor, which the generated constructors cannot call; declare an ordinary constructor that chains to 'this()'");

    public static readonly DiagnosticDescriptor RequiredMember = Error(
        10, "A layer class cannot have required members", "'{0}' is required, so that the generated FromDense and Load could not create a '{1}'");

    public static readonly DiagnosticDescriptor NoBaseConstructor = Error(
        11, "The base of a layer class needs a parameterless constructor", "The base class '{0}' has no accessible constructor without parameters, which the generated constructors of '{1}' call");

    // The attributes and the project.
    public static readonly DiagnosticDescriptor SeveralLayerAttributes = Error(
        12, "A class can have one layer attribute", "'{0}' already has a layer attribute; further shapes of a Kronecker layer are KroneckerTerm attributes");

    public static readonly DiagnosticDescriptor TermWithoutLayer = Error(
        13, "A Kronecker term needs a Kronecker layer", "'{0}' has a KroneckerTerm attribute but no KroneckerLayer attribute; the first shape group is the KroneckerLayer's");

    public static readonly DiagnosticDescriptor UnsafeNotAllowed = Error(
        14, "Kron generates unsafe code", "The generated code of '{0}' works on pointers; add <AllowUnsafeBlocks>true</AllowUnsafeBlocks> to the project file");

    public static readonly DiagnosticDescriptor LanguageVersion = Error(
        15, "Kron generates C# 12", "The generated code of '{0}' needs C# {1} or newer, but the project compiles C# {2}; remove or raise <LangVersion> in the project file");

    public static readonly DiagnosticDescriptor UnknownTarget = Error(
        16, "KronTargets names an unknown target", "The MSBuild property KronTargets names '{0}', which is no target of Kron; the targets are {1}");

    // The arguments.
    public static readonly DiagnosticDescriptor NotPositive = Error(
        17, "A size must be positive", "{0} is {1}, but must be at least 1");

    public static readonly DiagnosticDescriptor TooLarge = Error(
        18, "A layer is too large", "{0} is {1}, but at most {2} is supported");

    public static readonly DiagnosticDescriptor UndefinedValue = Error(
        19, "An option has an undefined value", "{0} is {1}, which is no member of {2}");

    public static readonly DiagnosticDescriptor TermsDisagree = Error(
        20, "The shape groups of a layer disagree", "This term has {0} = {1} = {2}, but the layer's first shape group has {0} = {3} = {4}");

    public static readonly DiagnosticDescriptor PaddedSize = Error(
        21, "Outputs or Inputs does not fit the factors", "{0} is {1}, but the factors give {2} = {3}; give 1 to {3}, or leave it out");

    public static readonly DiagnosticDescriptor PerTermBias = Error(
        22, "A bias per term needs a nonlinearity per term", "{0}; use BiasMode.Shared, which computes the same");

    public static readonly DiagnosticDescriptor PerTermWithoutActivation = Error(
        23, "A nonlinearity per term needs an activation", "Nonlinearity.PerTerm has no effect with Activation.None, because the sum of the terms is the same either way; set Activation, or remove Nonlinearity");

    public static readonly DiagnosticDescriptor IncompleteImage = Error(
        24, "An image shape is incomplete", "The image is Channels = {0}, Height = {1}, Width = {2}; give all three, each at least 1, or none");

    public static readonly DiagnosticDescriptor ImageSize = Error(
        25, "An image shape does not match the inputs", "The image has Channels·Height·Width = {0}·{1}·{2} = {3} values, but the layer has {4} inputs");

    public static readonly DiagnosticDescriptor FormulationWithoutImage = Error(
        26, "A formulation needs an image shape", "Formulation.{0} reads the input as an image; give Channels, Height and Width on the KroneckerLayer attribute");

    public static readonly DiagnosticDescriptor FormulationMismatch = Error(
        27, "A formulation does not match the image shape", "Formulation.{0} of a {1}×{2}×{3} image needs n1 = {4} = {5} and n2 = {6} = {7}, but n1 = {8} and n2 = {9}");

    public static readonly DiagnosticDescriptor FormulationWithPadding = Error(
        28, "A formulation does not allow padded inputs", "Inputs is {0} and is padded to n1·n2 = {1}, but Formulation.{2} reads every value of an image; give Inputs = n1·n2, or use Formulation.Matrix");

    public static readonly DiagnosticDescriptor MaxoutPieces = Error(
        29, "Maxout pieces do not fit the outputs", "Pieces is {0}, but must be at least 2 and divide the layer's {1} pre-activations");

    public static readonly DiagnosticDescriptor SlopeNotFinite = Error(
        30, "A slope must be finite", "Slope is {0}, but must be a finite number");

    // Layers that work, but not as their author will want.
    public static readonly DiagnosticDescriptor OptionWithoutEffect = Warning(
        31, "An option has no effect", "{0} has no effect with Activation.{1}; only Activation.{2} reads it");

    public static readonly DiagnosticDescriptor UselessRank = Warning(
        32, "A rank is higher than it can be of use", "r is {0}, but min(m1·n1, m2·n2) = {1} products of this shape already express every matrix; without Nonlinearity.PerTerm more add nothing");

    public static readonly DiagnosticDescriptor MoreParameters = Warning(
        33, "A factorised layer has more parameters than a dense one", "The factors of '{0}' have {1} parameters, but its dense form has {2} (biases aside)");

    public static readonly DiagnosticDescriptor MoreMultiplyAdds = Warning(
        34, "A factorised layer costs more arithmetic than a dense one", "The factors of '{0}' cost {1} multiply-adds per sample, but its dense form costs {2}");

    public static readonly DiagnosticDescriptor InternalError = Error(
        35, "Kron failed to compile a layer", "Kron failed to compile '{0}', which is a bug in Kron: {1}");

    /// <summary>All of them, in the order of their ids.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> All = ImmutableArray.Create(
        NotPartial, StaticClass, GenericClass, AbstractClass, RecordClass, FileLocalClass, MemberCollision,
        ConstructorDoesNotChain, PrimaryConstructor, RequiredMember, NoBaseConstructor, SeveralLayerAttributes,
        TermWithoutLayer, UnsafeNotAllowed, LanguageVersion, UnknownTarget, NotPositive, TooLarge, UndefinedValue,
        TermsDisagree, PaddedSize, PerTermBias, PerTermWithoutActivation, IncompleteImage, ImageSize,
        FormulationWithoutImage, FormulationMismatch, FormulationWithPadding, MaxoutPieces, SlopeNotFinite,
        OptionWithoutEffect, UselessRank, MoreParameters, MoreMultiplyAdds, InternalError);

    private static DiagnosticDescriptor Error(int number, string title, string message) =>
        Create(number, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(int number, string title, string message) =>
        Create(number, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Create(int number, string title, string message, DiagnosticSeverity severity)
    {
        string id = "KRON" + number.ToString("000", CultureInfo.InvariantCulture);
        return new(id, title, message, "Kron", severity, isEnabledByDefault: true, helpLinkUri: HelpLinkBase + id + ".md");
    }
}
