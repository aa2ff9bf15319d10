using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Diagnostics;

/// <summary>Every diagnostic of Kron. Each has a page of its own under docs/diagnostics.</summary>
internal static class Descriptors
{
    private const string HelpLinkBase = "https://github.com/kron-dotnet/kron/blob/main/docs/diagnostics/";

    private const string Category = "Kron";

    // The class.
    public static readonly DiagnosticDescriptor NotPartial = new(
        "KRON001",
        "A layer class must be partial",
        "'{0}' must be declared partial, for Kron to complete '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON001.md");

    public static readonly DiagnosticDescriptor StaticClass = new(
        "KRON002",
        "A layer class cannot be static",
        "'{0}' is static, but a layer is an object that owns its parameters",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON002.md");

    public static readonly DiagnosticDescriptor GenericClass = new(
        "KRON003",
        "A layer class cannot be generic",
        "'{0}' is generic, but the layer '{1}' has one fixed shape; neither it nor a type around it can have type parameters",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON003.md");

    public static readonly DiagnosticDescriptor AbstractClass = new(
        "KRON004",
        "A layer class cannot be abstract",
        "'{0}' is abstract, but FromDense and Load create objects of it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON004.md");

    public static readonly DiagnosticDescriptor RecordClass = new(
        "KRON005",
        "A layer cannot be a record",
        "'{0}' is a record, whose copies would share one layer's parameters; declare a class",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON005.md");

    public static readonly DiagnosticDescriptor FileLocalClass = new(
        "KRON006",
        "A layer class cannot be local to a file",
        "'{0}' is local to its file, so that no other file can complete '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON006.md");

    public static readonly DiagnosticDescriptor MemberCollision = new(
        "KRON007",
        "A member collides with a generated one",
        "'{0}' collides with '{1}', which Kron generates for '{2}'; rename it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON007.md");

    public static readonly DiagnosticDescriptor ConstructorDoesNotChain = new(
        "KRON008",
        "A constructor of a layer class must chain to a generated one",
        "This constructor of '{0}' must begin with ': this()' or ': this(target)', which set up the layer",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON008.md");

    public static readonly DiagnosticDescriptor PrimaryConstructor = new(
        "KRON009",
        "A layer class cannot have a primary constructor",
        "'{0}' has a primary constructor, which the generated constructors cannot call; declare an ordinary constructor that chains to 'this()'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON009.md");

    public static readonly DiagnosticDescriptor RequiredMember = new(
        "KRON010",
        "A layer class cannot have required members",
        "'{0}' is required, so that the generated FromDense and Load could not create a '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON010.md");

    public static readonly DiagnosticDescriptor NoBaseConstructor = new(
        "KRON011",
        "The base of a layer class needs a parameterless constructor",
        "The base class '{0}' has no accessible constructor without parameters, which the generated constructors of '{1}' call",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON011.md");

    // The attributes and the project.
    public static readonly DiagnosticDescriptor SeveralLayerAttributes = new(
        "KRON012",
        "A class can have one layer attribute",
        "'{0}' already has a layer attribute; further shapes of a Kronecker layer are KroneckerTerm attributes, of a Kronecker convolution KroneckerConvTerm attributes",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON012.md");

    public static readonly DiagnosticDescriptor TermWithoutLayer = new(
        "KRON013",
        "A Kronecker term needs a Kronecker layer",
        "'{0}' has a {1} attribute but no {2} attribute; the first shape group is the {2}'s",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON013.md");

    public static readonly DiagnosticDescriptor UnsafeNotAllowed = new(
        "KRON014",
        "Kron generates unsafe code",
        "The generated code of '{0}' works on pointers; add <AllowUnsafeBlocks>true</AllowUnsafeBlocks> to the project file",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON014.md");

    public static readonly DiagnosticDescriptor LanguageVersion = new(
        "KRON015",
        "Kron generates C# 12",
        "The generated code of '{0}' needs C# {1} or newer, but the project compiles C# {2}; remove or raise <LangVersion> in the project file",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON015.md");

    public static readonly DiagnosticDescriptor UnknownTarget = new(
        "KRON016",
        "KronTargets names an unknown target",
        "The MSBuild property KronTargets names '{0}', which is no target of Kron; the targets are {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON016.md");

    // The arguments.
    public static readonly DiagnosticDescriptor NotPositive = new(
        "KRON017",
        "A size must be positive",
        "{0} is {1}, but must be at least 1",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON017.md");

    public static readonly DiagnosticDescriptor TooLarge = new(
        "KRON018",
        "A layer is too large",
        "{0} is {1}, but at most {2} is supported",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON018.md");

    public static readonly DiagnosticDescriptor UndefinedValue = new(
        "KRON019",
        "An option has an undefined value",
        "{0} is {1}, which is no member of {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON019.md");

    public static readonly DiagnosticDescriptor TermsDisagree = new(
        "KRON020",
        "The shape groups of a layer disagree",
        "This term has {0} = {1} = {2}, but the layer's first shape group has {0} = {3} = {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON020.md");

    public static readonly DiagnosticDescriptor PaddedSize = new(
        "KRON021",
        "Outputs or Inputs does not fit the factors",
        "{0} is {1}, but the factors give {2} = {3}; give 1 to {3}, or leave it out",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON021.md");

    public static readonly DiagnosticDescriptor PerTermBias = new(
        "KRON022",
        "A bias per term needs a nonlinearity per term",
        "{0}; use BiasMode.Shared, which computes the same",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON022.md");

    public static readonly DiagnosticDescriptor PerTermWithoutActivation = new(
        "KRON023",
        "A nonlinearity per term needs an activation",
        "Nonlinearity.PerTerm has no effect with Activation.None, because the sum of the terms is the same either way; set Activation, or remove Nonlinearity",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON023.md");

    public static readonly DiagnosticDescriptor IncompleteImage = new(
        "KRON024",
        "An image shape is incomplete",
        "The image is Channels = {0}, Height = {1}, Width = {2}; give all three, each at least 1, or none",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON024.md");

    public static readonly DiagnosticDescriptor ImageSize = new(
        "KRON025",
        "An image shape does not match the inputs",
        "The image has Channels·Height·Width = {0}·{1}·{2} = {3} values, but the layer has {4} inputs",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON025.md");

    public static readonly DiagnosticDescriptor FormulationWithoutImage = new(
        "KRON026",
        "A formulation needs an image shape",
        "Formulation.{0} reads the input as an image; give Channels, Height and Width on the KroneckerLayer attribute",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON026.md");

    public static readonly DiagnosticDescriptor FormulationMismatch = new(
        "KRON027",
        "A formulation does not match the image shape",
        "Formulation.{0} of a {1}×{2}×{3} image needs n1 = {4} = {5} and n2 = {6} = {7}, but n1 = {8} and n2 = {9}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON027.md");

    public static readonly DiagnosticDescriptor FormulationWithPadding = new(
        "KRON028",
        "A formulation does not allow padded inputs",
        "Inputs is {0} and is padded to n1·n2 = {1}, but Formulation.{2} reads every value of an image; give Inputs = n1·n2, or use Formulation.Matrix",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON028.md");

    public static readonly DiagnosticDescriptor MaxoutPieces = new(
        "KRON029",
        "Maxout pieces do not fit the outputs",
        "Pieces is {0}, but must be at least 2 and divide the layer's {1} {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON029.md");

    public static readonly DiagnosticDescriptor SlopeNotFinite = new(
        "KRON030",
        "A slope must be finite",
        "Slope is {0}, but must be a finite number",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON030.md");

    // Layers that work, but not as their author will want.
    public static readonly DiagnosticDescriptor OptionWithoutEffect = new(
        "KRON031",
        "An option has no effect",
        "{0} has no effect with Activation.{1}; only Activation.{2} reads it",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON031.md");

    public static readonly DiagnosticDescriptor UselessRank = new(
        "KRON032",
        "A rank is higher than it can be of use",
        "{0} is {1}, but min({2}) = {3} products of this shape already express every {4}; {5} add nothing",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON032.md");

    public static readonly DiagnosticDescriptor MoreParameters = new(
        "KRON033",
        "A factorised layer has more parameters than a dense one",
        "The factors of '{0}' have {1} parameters, but its dense form has {2} (biases aside)",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON033.md");

    public static readonly DiagnosticDescriptor MoreMultiplyAdds = new(
        "KRON034",
        "A factorised layer costs more arithmetic than a dense one",
        "The factors of '{0}' cost {1} multiply-adds per sample, but its dense form costs {2}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON034.md");

    public static readonly DiagnosticDescriptor InternalError = new(
        "KRON035",
        "Kron failed to compile a layer",
        "Kron failed to compile '{0}', which is a bug in Kron: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON035.md");

    // Images.
    public static readonly DiagnosticDescriptor MissingImage = new(
        "KRON036",
        "A convolution needs the size of its image",
        "{0} must be set, because a convolution is compiled for images of one size",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON036.md");

    public static readonly DiagnosticDescriptor PaddingSize = new(
        "KRON037",
        "A padding does not fit its window",
        "{0} is {1}, but must be 0 to {2} for a window of {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON037.md");

    public static readonly DiagnosticDescriptor WindowSize = new(
        "KRON038",
        "A window does not fit its image",
        "The window has {0}, but the padded image only {1} + 2·{2} = {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON038.md");

    public static readonly DiagnosticDescriptor StructuredSize = new(
        "KRON039",
        "A small kernel is larger than the full one",
        "{0} is {1}, but must be at most {2} = {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON039.md");

    public static readonly DiagnosticDescriptor NormalizationConstant = new(
        "KRON040",
        "A constant of batch normalisation is out of range",
        "{0} is {1}, but must be {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON040.md");

    public static readonly DiagnosticDescriptor ActivationNotOffered = new(
        "KRON041",
        "An activation is not offered here",
        "{0} does not offer Activation.{1}; set it on a layer before or after",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON041.md");

    // Weights in the assembly.
    public static readonly DiagnosticDescriptor WeightsNotListed = new(
        "KRON042",
        "A file of weights is not part of the project",
        "The project has no item <KronWeights Include=\"{0}\" />, whose weights would be part of the assembly; it has {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON042.md");

    public static readonly DiagnosticDescriptor WeightsUnreadable = new(
        "KRON043",
        "A file of weights cannot be read",
        "'{0}' cannot be embedded: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON043.md");

    public static readonly DiagnosticDescriptor WeightsMismatch = new(
        "KRON044",
        "A file of weights does not fit its layer",
        "'{0}' does not hold the weights of '{1}': {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "KRON044.md");

    /// <summary>All of them, in the order of their ids.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> All = ImmutableArray.Create(
        NotPartial, StaticClass, GenericClass, AbstractClass, RecordClass, FileLocalClass, MemberCollision,
        ConstructorDoesNotChain, PrimaryConstructor, RequiredMember, NoBaseConstructor, SeveralLayerAttributes,
        TermWithoutLayer, UnsafeNotAllowed, LanguageVersion, UnknownTarget, NotPositive, TooLarge, UndefinedValue,
        TermsDisagree, PaddedSize, PerTermBias, PerTermWithoutActivation, IncompleteImage, ImageSize,
        FormulationWithoutImage, FormulationMismatch, FormulationWithPadding, MaxoutPieces, SlopeNotFinite,
        OptionWithoutEffect, UselessRank, MoreParameters, MoreMultiplyAdds, InternalError,
        MissingImage, PaddingSize, WindowSize, StructuredSize, NormalizationConstant,
        ActivationNotOffered, WeightsNotListed, WeightsUnreadable, WeightsMismatch);
}
