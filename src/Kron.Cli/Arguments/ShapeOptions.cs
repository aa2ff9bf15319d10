using System.Collections.Generic;
using System.CommandLine;
using System.Linq;

namespace Kron.Cli.Arguments;

/// <summary>The options that state the shape groups of a layer.</summary>
internal sealed class ShapeOptions
{
    private readonly Option<int[]?> _shape = new("--shape")
    {
        Description = "Sizes of the factors: A is m1 × n1, B is m2 × n2, for m1·m2 outputs and n1·n2 inputs; of a convolution o1,c1,h1,w1, and o2,c2,h2,w2 where no weight tells them",
        HelpName = "m1,m2,n1,n2",
        CustomParser = result => ShapeText.TryParse(Numbers.Value(result), out int[] numbers) && numbers.Length is 4 or 8
            ? numbers
            : Numbers.Fail<int[]>(result, $"--shape needs four positive numbers m1,m2,n1,n2, of a convolution o1,c1,h1,w1 or eight, found '{Numbers.Value(result)}'"),
    };

    private readonly Option<StatedShape[]?> _terms = new("--term")
    {
        Description = "A further shape in the same sum, and optionally its formulation; of a convolution r,o1,c1,h1,w1 or o1,c1,h1,w1,o2,c2,h2,w2,r; may be repeated",
        HelpName = "m1,m2,n1,n2,r",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var shapes = new List<StatedShape>();
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (!ShapeText.TryParseTerm(text, out StatedShape shape))
                {
                    return Numbers.Fail<StatedShape[]>(
                        result,
                        "--term needs five positive numbers m1,m2,n1,n2,r, and at most I, II or III behind them, or of a convolution "
                        + $"r,o1,c1,h1,w1 or nine, found '{text}'");
                }

                shapes.Add(shape);
            }

            return [.. shapes];
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
        Description = "The input is an image of c channels, h × w; a convolution needs it",
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

    /// <summary>The stated shapes, --shape first; none where there is neither --shape nor --term.</summary>
    /// <exception cref="ToolException">Options contradict each other.</exception>
    public IReadOnlyList<StatedShape> Shapes(ParseResult parsed)
    {
        // An array is empty where its option is not given.
        int[]? shape = parsed.GetValue(_shape) is { Length: > 0 } sizes ? sizes : null;
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

        List<StatedShape> shapes = [.. parsed.GetValue(_terms) ?? []];
        if (shape is not null)
        {
            shapes.Insert(0, new StatedShape(shape, rank, formulation));
        }

        return shapes.Exists(stated => stated.Formulation != Formulation.Matrix) && parsed.GetValue(_image) == default
            ? throw new ToolException("a formulation needs --image c,h,w")
            : shapes;
    }
}
