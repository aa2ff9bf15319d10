using System.Collections.Generic;
using System.CommandLine;
using System.Linq;

namespace Kron.Cli.Arguments;

/// <summary>The options that state the shape groups of a layer.</summary>
internal sealed class ShapeOptions
{
    private const string TermFormat = "m1,m2,n1,n2,r";

    private readonly Option<ShapeGroup?> _shape = new("--shape")
    {
        Description = "Sizes of the factors: A is m1 × n1, B is m2 × n2, for m1·m2 outputs and n1·n2 inputs",
        HelpName = "m1,m2,n1,n2",
        CustomParser = result => ShapeText.TryParse(Numbers.Value(result), out int[] numbers) && numbers.Length == 4
            ? new ShapeGroup(numbers[0], numbers[1], numbers[2], numbers[3], 1)
            : Numbers.Fail<ShapeGroup?>(result, $"--shape needs four positive numbers m1,m2,n1,n2, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<ShapeGroup[]?> _terms = new("--term")
    {
        Description = "A further shape in the same sum, and optionally its formulation; may be repeated",
        HelpName = TermFormat,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var groups = new List<ShapeGroup>();
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (!ShapeText.TryParseTerm(text, out ShapeGroup group))
                {
                    return Numbers.Fail<ShapeGroup[]>(result, $"--term needs five positive numbers {TermFormat}, and at most I, II or III behind them, found '{text}'");
                }

                groups.Add(group);
            }

            return [.. groups];
        },
    };

    private readonly Option<Formulation> _formulation = new("--formulation")
    {
        Description = "How an image input is read as n1 × n2 by --shape: I, II or III; needs --image",
        HelpName = "I|II|III",
        CustomParser = result => ShapeText.TryParseFormulation(Numbers.Value(result), out Formulation formulation)
            ? formulation
            : Numbers.Fail<Formulation>(result, $"--formulation needs I, II or III, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<(int Channels, int Height, int Width)> _image = new("--image")
    {
        Description = "The input is an image of c channels, h × w",
        HelpName = "c,h,w",
        CustomParser = result => ShapeText.TryParse(Numbers.Value(result), out int[] numbers) && numbers.Length == 3
            ? (numbers[0], numbers[1], numbers[2])
            : Numbers.Fail<(int, int, int)>(result, $"--image needs three positive numbers c,h,w, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<int?> _rank = Numbers.Whole("--rank", 1, "The number of products of --shape", "-r");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_shape);
        command.Add(_rank);
        command.Add(_terms);
        command.Add(_image);
        command.Add(_formulation);
    }

    /// <summary>The image, or zeros.</summary>
    public (int Channels, int Height, int Width) Image(ParseResult parsed) => parsed.GetValue(_image);

    /// <summary>The stated groups, --shape first; none where there is neither --shape nor --term.</summary>
    /// <exception cref="ToolException">Options contradict each other.</exception>
    public IReadOnlyList<ShapeGroup> Groups(ParseResult parsed)
    {
        ShapeGroup? shape = parsed.GetValue(_shape);
        int? rank = parsed.GetValue(_rank);
        Formulation formulation = parsed.GetValue(_formulation);
        if (shape is null != rank is null)
        {
            throw new ToolException(shape is null ? "--rank needs --shape m1,m2,n1,n2" : "--shape needs --rank, the number of products");
        }

        if (shape is null && formulation != Formulation.Matrix)
        {
            throw new ToolException("--formulation says how --shape reads an image; a --term names its own behind its numbers");
        }

        List<ShapeGroup> groups = [.. parsed.GetValue(_terms) ?? []];
        if (shape is { } first)
        {
            groups.Insert(0, first with { R = rank!.Value, Formulation = formulation });
        }

        return groups.Any(group => group.Formulation != Formulation.Matrix) && parsed.GetValue(_image) == default
            ? throw new ToolException("a formulation needs --image c,h,w")
            : groups;
    }
}
