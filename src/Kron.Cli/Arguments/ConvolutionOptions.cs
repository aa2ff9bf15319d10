using System;
using System.CommandLine;
using System.Linq;
using Kron.Decomposition;

namespace Kron.Cli.Arguments;

/// <summary>The options that say how a convolution slides over its image, which its kernels do not tell.</summary>
internal sealed class ConvolutionOptions
{
    private readonly Option<(int H, int W)?> _stride = Pair("--stride", 1, "Of a convolution: pixels from one output to the next, or rows,columns (1)");

    private readonly Option<(int H, int W)?> _zeros = Pair("--zero-padding", 0, "Of a convolution: zeros around the image on every side, or rows,columns (0)");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_stride);
        command.Add(_zeros);
    }

    /// <summary>Refuses the options where there is no convolution.</summary>
    /// <exception cref="ToolException">One is given.</exception>
    public void CheckNone(ParseResult parsed, string what)
    {
        if (parsed.GetValue(_stride) is not null || parsed.GetValue(_zeros) is not null)
        {
            throw new ToolException($"--stride and --zero-padding are of a convolution, but {what}");
        }
    }

    /// <summary>The convolution with kernels of given sizes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="what">What has the kernels.</param>
    /// <param name="kernels">The sizes o, c, h, w.</param>
    /// <param name="image">The image of --image, or zeros.</param>
    /// <exception cref="ToolException">There is no image, or it has other channels.</exception>
    public ConvolutionShape Of(ParseResult parsed, string what, (int Outputs, int Inputs, int Height, int Width) kernels, (int Channels, int Height, int Width) image)
    {
        if (image == default)
        {
            throw new ToolException(FormattableString.Invariant(
                $"{what} is a convolution, which is compiled for one image size, and its multiply-adds depend on it; state it with --image {kernels.Inputs},h,w, and --stride and --zero-padding where they are not 1 and 0"));
        }

        if (image.Channels != kernels.Inputs)
        {
            throw new ToolException(FormattableString.Invariant($"--image has {image.Channels} channels, but the kernels of {what} read {kernels.Inputs}"));
        }

        (int strideH, int strideW) = parsed.GetValue(_stride) ?? (1, 1);
        (int paddingH, int paddingW) = parsed.GetValue(_zeros) ?? (0, 0);
        return new ConvolutionShape(kernels.Outputs, kernels.Inputs, kernels.Height, kernels.Width, image.Height, image.Width)
        {
            StrideH = strideH,
            StrideW = strideW,
            PaddingH = paddingH,
            PaddingW = paddingW,
        };
    }

    private static Option<(int H, int W)?> Pair(string name, int least, string description) => new(name)
    {
        Description = description,
        HelpName = "n|h,w",
        CustomParser = result =>
        {
            int?[] numbers = [.. Numbers.Value(result).Split(',').Select(part => Numbers.TryParse(part.Trim(), least, out int value) ? value : (int?)null)];
            return numbers switch
            {
                [{ } both] => (both, both),
                [{ } rows, { } columns] => (rows, columns),
                _ => Numbers.Fail<(int, int)?>(result, $"{name} needs one or two whole numbers of at least {least}, found '{Numbers.Value(result)}'"),
            };
        },
    };
}
